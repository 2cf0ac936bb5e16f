-- Which event a decision is about, and not only which number it had: on a disk that was lost, another event may have
-- had it. How the link after it begins (domain::wire::Decision); NULL for what was told before.
ALTER TABLE decisions ADD COLUMN link BLOB CHECK (length(link) = 8);
