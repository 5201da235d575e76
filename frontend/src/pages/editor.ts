import "../styles/editor.css";
import { EditorPage } from "../editor/page";

new EditorPage().open();
