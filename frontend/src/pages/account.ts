import "../styles/account.css";
