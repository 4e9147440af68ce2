using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Tests.Grading.Workers;

namespace Hone.Tests.Grading.Programs;

[Collection(WorkerCollection.Name)]
public class SqlResultGraderTests
{
    const string Schema = "create table t(a int, b text, c real); insert into t values (1,'x',0.1),(2,'y',0.2),(3,'y',0.3),(3,'y',0.3);";
    const string Rows = "select a, c from t";

    static readonly (string Answer, string Reference, double Score)[] _queries =
    [
        ("select a, c from t", Rows, 1),
        ("The query is\n```sql\nSELECT a, c FROM t;\n```", Rows, 1),
        ("select a as other, c from t order by a desc", Rows, 1),
        ("select a, c * 3 / 3 from t", Rows, 1),
        ("values (1, 0.1), (2, 0.2), (3, 0.3), (3, 0.3)", Rows, 1),
        ("select distinct a, c from t", Rows, 0),
        ("select c, a from t", Rows, 0),
        ("select a from t", Rows, 0),
        ("select a from t order by a desc", "select a from t order by a", 0),
        ("select a from t order by a", "select a from (select a from t order by a desc)", 1),
        ("select a from t order by a", "select a from t where b <> 'order by' -- order by", 1),
        ("", Rows, 0),
        ("   ", Rows, 0),
        ("```json\n{}\n```", Rows, 0),
        ("I do not know.", Rows, 0),
        ("select", Rows, 0),
        ("delete from t", Rows, 0),
        ("insert into t values (9, '', 9) returning a, c", Rows, 0),
        ("select a, c from t; drop table t", Rows, 0),
        ("pragma table_info(t)", Rows, 0),
        ("attach 'other.db' as other", Rows, 0),
        ("vacuum into 'copy.db'", Rows, 0),
        ("begin", Rows, 0),
        ("select load_extension('x')", Rows, 0),
        ("with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r", Rows, 0),
        ("with recursive r(n) as (select 1 union all select n + 1 from r) select n from r", Rows, 0),
        ("select hex(zeroblob(900000000))", Rows, 0),
        ("ѕelect a, c from t", Rows, 0),
        ("select a, c from t\0 x", Rows, 0),
    ];

    [PythonFact]
    public async Task A_query_scores_1_where_its_rows_are_those_of_the_reference()
    {
        await using var grader = Grader("""{"kind":"sqlResult","workers":1,"steps":10000000}""");

        var grades = await grader.Grade([.. _queries.Select((query, i) => Item(query.Answer, query.Reference, $"{i}"))], CancellationToken.None);

        Assert.Empty(_queries.Select((query, i) => (Query: query, Grade: grades.Single(grade => grade.Id == $"{i}")))
            .Where(pair => pair.Grade.Score != pair.Query.Score)
            .Select(pair => $"{pair.Query.Answer}: {pair.Grade.Score}, not {pair.Query.Score}. {pair.Grade.Reason}"));
    }

    [PythonFact]
    public async Task A_reference_may_be_rows()
    {
        await using var grader = Grader("""{"kind":"sqlResult","workers":1}""");
        string record = new JsonObject { ["schema"] = Schema, ["reference_answer"] = JsonNode.Parse("""{"rows":[[3],[3.0],[2],[1]]}""") }.ToJsonString();

        Assert.Equal(1, (await grader.GradeOne(Records.Of("select a from t", record))).Score);
    }

    [PythonFact]
    public async Task A_database_may_be_a_script_beside_the_job()
    {
        string folder = Directory.CreateTempSubdirectory("hone-sql-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "shop.sql"), Schema);
        await using (var grader = Grader("""{"kind":"sqlResult","database":"shop.sql","workers":1}""", folder))
        {
            Assert.Equal(1, (await grader.GradeOne(Items.Of("select a, c from t", Rows))).Score);
        }

        Directory.Delete(folder, recursive: true);
    }

    [PythonTheory]
    [InlineData("selec", Schema, "the reference query fails")]
    [InlineData(Rows, "create tabl", "the database cannot be made")]
    [InlineData(" ", Schema, "no query in reference_answer")]
    [InlineData(Rows, null, "no script in schema")]
    public async Task A_record_that_is_broken_is_a_fault(string reference, string? schema, string message)
    {
        await using var grader = Grader("""{"kind":"sqlResult","workers":1}""");
        var item = Records.Of("select 1", JsonSerializer.Serialize(new { schema })) with { Reference = reference };

        Assert.Contains(message, (await grader.GradeOne(item)).Fault!.Message);
    }

    static IGrader Grader(string json, string? folder = null) => GraderSettings.Parse(json).Build(new GraderContext(folder ?? Environment.CurrentDirectory));

    static GradingItem Item(string answer, string reference, string id) =>
        Records.Of(answer, JsonSerializer.Serialize(new { schema = Schema }), id) with { Reference = reference };
}
