// Follows the first link whose address is `wanted`, in this tab; says whether there is one.
((wanted) => {
  const links = document.getElementsByTagName("a");
  for (let i = 0; i < links.length && i < 2000; i += 1) {
    if (links[i].getAttribute("href") === wanted) {
      links[i].removeAttribute("target");
      links[i].click();
      return true;
    }
  }
  return false;
})
