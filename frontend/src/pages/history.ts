import "../styles/history.css";
import { HistoryPage } from "../history/page";

void new HistoryPage().open();
