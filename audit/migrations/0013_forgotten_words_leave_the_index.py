from django.db import migrations

# Words that are taken out of an entry must be found nowhere else. The segment is indexed anew
# later; until then it is looked through entry by entry.
MAKE = """
CREATE FUNCTION audit_index_anew() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM audit_indexedsegment WHERE number = (OLD.sequence - 1) >> 13;
    DELETE FROM audit_posting WHERE segment = (OLD.sequence - 1) >> 13;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_is_indexed_anew
    AFTER UPDATE OF search ON audit_entry
    FOR EACH ROW WHEN (OLD.search IS DISTINCT FROM NEW.search)
    EXECUTE FUNCTION audit_index_anew();
CREATE TRIGGER audit_entry_leaves_the_index
    AFTER DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_index_anew();
"""
UNMAKE = """
DROP TRIGGER audit_entry_leaves_the_index ON audit_entry;
DROP TRIGGER audit_entry_is_indexed_anew ON audit_entry;
DROP FUNCTION audit_index_anew();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0012_entries_are_found_in_segments")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
