// Where letters are text, and no command of the page.
export const typing = (element) => element.isContentEditable || element.matches("input:not([type=range]), select, textarea");
