import '../styles/account.css';
