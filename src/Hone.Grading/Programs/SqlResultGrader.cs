using System.Text.Json;
using Hone.Grading.Workers;

namespace Hone.Grading.Programs;

/// <summary>1 where the answer's SQL returns the rows that the reference query returns in SQLite, else 0.</summary>
/// <remarks>
/// <para><c>{"kind":"sqlResult","database":"shop.db"}</c>: a SQLite file, or a script <c>.sql</c> that makes one. A record may bring its own
/// script in <c>schema</c> (the setting <c>schema</c> names another key). The reference answer is a query, or <c>{"rows":[[…],…]}</c>.</para>
/// <para>Rows count with their repetitions, in any order unless the reference has ORDER BY (<c>"order"</c>: auto, exact, any); names of
/// columns do not count; numbers are compared to nine digits. The answer's last fenced block is one query that reads; it may take
/// <c>steps</c> steps of SQLite's machine (100 million), the same on every machine. A reference that fails is a fault.</para>
/// </remarks>
static class SqlResultGrader
{
    const int Steps = 100_000_000;

    internal static WorkerGrader? Read(GraderForm form)
    {
        var limits = WorkerLimits.Read(form);
        var query = new Query(
            form.File("database", "a SQLite file, or a script that makes a database"),
            form.Text("schema") ?? "schema",
            form.Choice("order", "auto", ("auto", "counts where the reference has ORDER BY"), ("exact", "counts"), ("any", "does not count")),
            form.Integer("steps", 10_000) ?? Steps,
            limits.MemoryMegabytes);
        return Of(query, limits, form.Command("python")?[0]);
    }

    static WorkerGrader Of(Query query, WorkerLimits limits, string? interpreter)
    {
        var program = new PythonProgram("sqlResult", "grade")
        {
            Source = PythonProgram.Embedded("Programs.sql_result.py"),
            Interpreter = interpreter,
            Reads = query.Database is { } database ? [database] : [],
        };
        return new(new Dialogue(query), () => program.Worker(limits), limits);
    }

    sealed record Query(string? Database, string SchemaKey, string Order, int Steps, int Megabytes);

    sealed class Dialogue(Query query) : PythonDialogue((writer, item) => Write(writer, item, query), itemsPerCall: 1)
    {
        public override Grade? WithoutWorker(GradingItem item) =>
            Rows(item) is null && string.IsNullOrWhiteSpace(Reference(item)) ? item.Failed("reference", "the record has no query in reference_answer.")
                : query.Database is null && Schema(item, query) is null
                    ? item.Failed("reference", $"the record has no script in {query.SchemaKey}, and the grader no database.")
                : Sql(item) is null ? item.Scored(0, "There is no SQL in the answer.")
                : null;

        public override Grade Settle(GradingItem item, Grade fault) =>
            fault.Fault!.Boundary is WorkerFault.Crash or WorkerFault.Deadline or WorkerFault.Memory
            ? item.Scored(0, $"The query ended the process that runs it: {fault.Fault.Message}")
            : fault;
    }

    static void Write(Utf8JsonWriter writer, GradingItem item, Query query)
    {
        writer.WriteStartObject();
        writer.WriteString("id", item.Id);
        writer.WriteString("query", Sql(item));
        if (Rows(item) is { } rows)
        {
            writer.WritePropertyName("rows");
            rows.WriteTo(writer);
        }
        else
        {
            writer.WriteString("reference", FencedCode.Find(Reference(item)!, "sql", "sqlite"));
        }

        writer.WriteString("file", query.Database);
        writer.WriteString("schema", Schema(item, query));
        writer.WriteString("order", query.Order);
        writer.WriteNumber("steps", query.Steps);
        writer.WriteNumber("megabytes", query.Megabytes);
        writer.WriteEndObject();
    }

    static string? Sql(GradingItem item) => FencedCode.Find(item.Completion, "sql", "sqlite", "sqlite3");

    static string? Schema(GradingItem item, Query query) =>
        item.Metadata.TryGetValue(query.SchemaKey, out var schema) && schema.ValueKind == JsonValueKind.String ? schema.GetString() : null;

    static JsonElement? Rows(GradingItem item) =>
        item.Metadata.TryGetValue("reference_answer", out var reference) && reference.ValueKind == JsonValueKind.Object
            && reference.TryGetProperty("rows", out var rows) && rows.ValueKind == JsonValueKind.Array
            && rows.EnumerateArray().All(row => row.ValueKind == JsonValueKind.Array)
        ? rows
        : null;

    static string? Reference(GradingItem item) =>
        item.Metadata.TryGetValue("reference_answer", out var reference) && reference.ValueKind == JsonValueKind.Object
        ? Named(reference, "sql") ?? Named(reference, "query") ?? item.Reference
        : item.Reference;

    static string? Named(JsonElement reference, string key) =>
        reference.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
