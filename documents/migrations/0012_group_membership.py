import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_groups"),
        ("documents", "0011_removed"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("admin", "admin"), ("editor", "editor"), ("viewer", "viewer")],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_memberships",
                        to="documents.document",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.group",
                        verbose_name="group",
                    ),
                ),
            ],
            options={
                "verbose_name": "group with access",
                "verbose_name_plural": "groups with access",
                "constraints": [models.UniqueConstraint(fields=("document", "group"), name="group_membership")],
            },
        ),
    ]
