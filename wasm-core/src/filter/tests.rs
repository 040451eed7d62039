mod matcher;
mod table;
