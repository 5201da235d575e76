import "@fontsource-variable/inter/wght.css";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/layout.css";
import "../styles/controls.css";
import "../styles/surfaces.css";
import "../styles/admin.css";
import "../styles/admin_forms.css";
import "../styles/admin_pages.css";
import { keepFresh } from "../refresh";

for (const part of document.querySelectorAll<HTMLElement>("[data-refresh]")) keepFresh(part);
