// Shows one site: live in a frame that is shut in, or the pictures of its pages.

const DESKTOP = 1280;
const PHONE = { width: 390, height: 844 };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export class View {
  // `site`: {frame: address or null, pages: [{route, picture}]}.
  constructor(site, label, sandbox) {
    this.site = site;
    this.label = label;
    this.sandbox = sandbox;
    this.page = 0;
    this.caption = make("p", { class: "caption" }, label);
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": `Pages, ${label}` });
    this.screen = make("div", { class: "screen" });
    this.element = make("section", { class: "view", "aria-label": label }, this.caption, this.tabs, this.screen);
    this.picture = null;
    this.frame = null;
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.screen);
    this.makeTabs();
  }

  get canLive() {
    return this.site.frame !== null;
  }

  show(what, device) {
    this.device = device;
    const live = what === "live" && this.canLive;
    this.element.dataset.what = live ? "live" : "pictures";
    this.element.dataset.device = device;
    this.tabs.hidden = live;
    if (live && !this.frame) this.openFrame();
    if (!live && !this.picture) this.openPicture();
    if (this.frame) this.frame.hidden = !live;
    if (this.picture) this.picture.hidden = live;
    this.fit();
  }

  openFrame() {
    this.frame = make("iframe", {
      title: `${this.label}, live`,
      sandbox: this.sandbox,
      allow: "",
      referrerpolicy: "no-referrer",
    });
    this.frame.inert = true; // a site takes the keyboard when it is worked in, and only then
    this.screen.classList.add("waiting");
    this.frame.addEventListener("load", () => this.screen.classList.remove("waiting"));
    this.frame.src = this.site.frame;
    this.screen.append(this.frame);
  }

  openPicture() {
    this.picture = make("div", { class: "picture", tabindex: "0", role: "tabpanel" });
    this.screen.append(this.picture);
    this.turn(this.page);
  }

  // Whether the mouse and the keys may go into the live site.
  lend(open) {
    if (this.frame && this.frame.inert === open) this.frame.inert = !open;
  }

  reload() {
    if (!this.frame) return;
    this.frame.remove(); // a frame that hangs goes with its process
    this.frame = null;
    this.openFrame();
    this.fit();
  }

  close() {
    this.watch.disconnect();
    this.element.remove();
  }

  makeTabs() {
    this.site.pages.forEach((page, number) => {
      const tab = make("button", { type: "button", role: "tab" }, page.route);
      tab.addEventListener("click", () => this.turn(number));
      this.tabs.append(tab);
    });
    this.tabs.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const count = this.site.pages.length;
      this.turn((this.page + step + count) % count);
      this.tabs.children[this.page].focus();
    });
    this.mark();
  }

  mark() {
    [...this.tabs.children].forEach((tab, number) => {
      tab.setAttribute("aria-selected", String(number === this.page));
      tab.tabIndex = number === this.page ? 0 : -1;
    });
  }

  turn(number) {
    this.page = number;
    this.mark();
    if (!this.picture) return;
    const page = this.site.pages[number];
    this.picture.setAttribute("aria-label", page ? `Picture of ${page.route}` : "No picture");
    this.picture.replaceChildren(
      page
        ? make("img", { src: page.picture, alt: `The page ${page.route}` })
        : make("p", { class: "none" }, "No pictures of this site were kept."),
    );
    this.picture.scrollTop = 0;
  }

  // A desktop is 1280 px wide however little room there is: it is scaled, not squeezed.
  fit() {
    if (!this.frame || this.frame.hidden) return;
    const { clientWidth: width, clientHeight: height } = this.screen;
    if (!width || !height) return;
    const phone = this.device === "phone";
    const wanted = phone ? PHONE.width : Math.max(DESKTOP, width);
    const scale = Math.min(1, width / wanted);
    const tall = phone ? Math.min(PHONE.height, height / scale) : height / scale;
    const style = this.frame.style;
    style.width = `${wanted}px`;
    style.height = `${tall}px`;
    style.transform = `scale(${scale})`;
    style.left = `${Math.max(0, (width - wanted * scale) / 2)}px`;
    style.top = `${phone ? Math.max(0, (height - tall * scale) / 2) : 0}px`;
  }
}
