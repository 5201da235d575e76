import "../styles/documents.css";
import "../styles/shelves.css";
import { DocumentList } from "../documents/list";

new DocumentList().start();
