// here: what a page says, for telling pages apart. Reads only.
return { place: place(), words: said() };
