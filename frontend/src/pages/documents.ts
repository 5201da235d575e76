import "../styles/documents.css";
import { DocumentList } from "../documents/list";

new DocumentList().start();
