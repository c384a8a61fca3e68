
if (form) recall();
