import "../styles/console.css";
import "../console/page";
