import "../styles/site.css";
import { paintAvatar } from "../avatars";

for (const element of document.querySelectorAll<HTMLElement>("[data-avatar-name]")) {
  paintAvatar(element, {
    name: element.dataset.avatarName ?? "",
    color: element.dataset.avatarColor ?? "",
  });
}
