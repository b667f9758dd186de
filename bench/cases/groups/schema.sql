CREATE TABLE item (id int PRIMARY KEY, category int NOT NULL, price int NOT NULL);
