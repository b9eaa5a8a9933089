"""Which words many questions have, as PostgreSQL's own statistics know it."""

from django.db import migrations

# Statistics of an index are shown to its owner only, and the application is not.
CREATE = """
CREATE FUNCTION approvals_common_words() RETURNS TABLE (word text, share real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp ROWS 1000 AS $$
    SELECT common.word, common.share
    FROM pg_stats,
        unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (word, share)
    WHERE tablename = 'questions_alike' AND common.word IS NOT NULL
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0017_imports_keep_findings")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION approvals_common_words();")]
