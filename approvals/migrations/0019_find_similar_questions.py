"""An index of all words of a question, which finds those that nearly repeat it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations

WORDS = GinIndex(
    SearchVector("question_text", "options", config="simple"),
    name="questions_alike",
    gin_pending_list_limit=512,
)


class Migration(migrations.Migration):
    atomic = False  # the table may be big: writers go on meanwhile

    dependencies = [("approvals", "0018_common_words")]

    operations = [
        AddIndexConcurrently(model_name="question", index=WORDS),
        # Which words are common, for what is there already.
        migrations.RunSQL("ANALYZE questions", migrations.RunSQL.noop),
    ]
