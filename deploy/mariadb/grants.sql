-- Database and users with the least rights. Replace both passwords, then: mariadb < grants.sql
-- '%' is any host from which the server accepts connections: Debian's listens on 127.0.0.1 and its socket only.
CREATE DATABASE IF NOT EXISTS goodservices CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- `python -m gsapp serve` and other commands: rows only.
CREATE USER IF NOT EXISTS goodservices@'%' IDENTIFIED BY 'REPLACE-SERVE-PASSWORD';
GRANT SELECT, INSERT, UPDATE, DELETE ON goodservices.* TO goodservices@'%';

-- `python -m gsapp migrate` and `search rebuild`, which truncates a table. DROP and REFERENCES are for later migrations.
CREATE USER IF NOT EXISTS goodservices_migrate@'%' IDENTIFIED BY 'REPLACE-MIGRATE-PASSWORD';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES ON goodservices.* TO goodservices_migrate@'%';
