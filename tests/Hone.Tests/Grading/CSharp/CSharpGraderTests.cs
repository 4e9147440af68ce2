using System.Text.Json;
using Hone.Grading;
using Hone.Tests.Grading.Workers;
using Hone.Tests.Jobs;

namespace Hone.Tests.Grading.CSharp;

[Collection(WorkerCollection.Name)]
public sealed class CSharpGraderTests(CSharpGraderTests.Graders graders) : IClassFixture<CSharpGraderTests.Graders>
{
    // Graders of every temper in one file, so that it is compiled once.
    const string Source = """
        using Hone.Grading;
        using System.Diagnostics;
        using System.Text.Json;

        public sealed class Length : IAnswerGrader
        {
            public Grade Grade(GradingItem item) =>
                item.Scored(item.Completion.Length, $"for {item.Reference}.", new Metric("prompt", item.Prompt.Count, MetricType.Metric));
        }

        public sealed class Meta : IAnswerGrader
        {
            public Grade Grade(GradingItem item) => item.Scored(item.Metadata["level"].GetProperty("n").GetInt32() + (item.Truncated ? 0.5 : 0), item.Group ?? "");
        }

        public sealed class Moody : IAnswerGrader
        {
            static double _score = 1;

            public Grade Grade(GradingItem item)
            {
                switch (item.Completion)
                {
                    case "spoil": _score = double.NaN; throw new InvalidOperationException("spoilt");
                    case "throw": throw new InvalidOperationException("no mood");
                    case "exit": Environment.Exit(3); break;
                    case "recurse": return Grade(item);
                    case "loop": while (true) { }
                    case "sleep": Thread.Sleep(60_000); break;
                    case "null": return null!;
                    case "nan": return item.Scored(double.NaN, "");
                    case "memory": var kept = new List<byte[]>(); while (true) { var b = new byte[1 << 24]; Array.Fill(b, (byte)1); kept.Add(b); }
                    case "print": Console.WriteLine("[]"); break;
                    case "flood": while (true) { Console.WriteLine(new string('x', 100_000)); }
                    case "other": return item.Scored(1, "") with { Id = "someone else" };
                    case "failed": return item.Failed("reference", "there is none.");
                    case "read": Console.In.ReadToEnd(); break;
                }

                return item.Scored(_score, "good.");
            }
        }

        public sealed class Rank : IGrader
        {
            public bool NeedsWholeGroups => true;

            static bool _spoilt;

            public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
            {
                await Task.Yield();
                if (_spoilt)
                {
                    return [null!];
                }

                _spoilt = items.Any(item => item.Completion == "spoil");

                if (items.Any(item => item.Completion == "twice"))
                {
                    return [.. items.Select(item => item.Scored(1, "")), items[0].Scored(0, "")];
                }

                if (items.Any(item => item.Completion == "throw"))
                {
                    throw new FormatException("a bad group");
                }

                return [.. items.Select(item => item.Scored(items.Count(other => other.Completion.Length < item.Completion.Length), ""))];
            }
        }

        public sealed class Unbuildable : IAnswerGrader
        {
            public Unbuildable() => throw new FileNotFoundException("words.txt is missing");

            public Grade Grade(GradingItem item) => item.Scored(1, "");
        }

        sealed class Hidden : IAnswerGrader
        {
            public Grade Grade(GradingItem item) => item.Scored(1, "");
        }

        public abstract class Unfinished : IAnswerGrader
        {
            public abstract Grade Grade(GradingItem item);
        }
        """;

    [Fact]
    public async Task A_class_grades_what_a_record_says()
    {
        await using var grader = graders.Build("Length");

        var grade = await grader.GradeOne(Items.Of("a ‘quoted’ answer\u202e\u2028\0", reference: "re\nf"));

        Assert.Equal((20, "for re\nf."), (grade.Score, grade.Reason));
        Assert.Equal(new Metric("prompt", 1, MetricType.Metric), Assert.Single(grade.Metrics));
    }

    [Fact]
    public async Task Metadata_group_and_truncation_reach_it()
    {
        await using var grader = graders.Build("Meta");
        var item = new GradingItem("i", [], "", null, new Dictionary<string, JsonElement> { ["level"] = JsonElement.Parse("""{"n":7}""") }, Truncated: true) { Group = "g" };

        var grade = await grader.GradeOne(item);

        Assert.Equal((7.5, "g"), (grade.Score, grade.Reason));
    }

    [Theory]
    [InlineData("good", null)]
    [InlineData("print", null)]
    [InlineData("read", null)]
    [InlineData("throw", "exception: InvalidOperationException: no mood (Moody.cs, line 2")]
    [InlineData("exit", "crash: the process ended with code 3")]
    [InlineData("recurse", "crash: the process ended with code 134")]
    [InlineData("loop", "deadline: the call took longer than 1 s.")]
    [InlineData("sleep", "deadline: the call took longer than 1 s.")]
    [InlineData("null", "answer: it returned null instead of a grade.")]
    [InlineData("spoil", "exception: InvalidOperationException: spoilt (Moody.cs, line 2")]
    [InlineData("nan", "answer: the score is NaN; it has to be a finite number.")]
    [InlineData("memory", "exception: OutOfMemoryException")]
    [InlineData("flood", "output: it wrote more than 1 MB in one call.")]
    [InlineData("other", "answer: it was not graded.")]
    [InlineData("failed", "reference: there is none.")]
    public async Task Whatever_it_does_costs_its_own_item_only(string mood, string? fault)
    {
        double seconds = mood is "loop" or "sleep" ? 1 : 20;
        await using var grader = new GuardedGrader(
            graders.Build("Moody", $$""","callSeconds":{{seconds}},"outputMegabytes":1,"memoryMegabytes":256,"workers":1"""), "grader", TimeSpan.FromMinutes(1));

        var grades = await grader.Grade([Items.Of("a", id: "0"), Items.Of(mood, id: "1"), Items.Of("b", id: "2")], CancellationToken.None);

        Assert.Equal([1, 1], [grades[0].Score, grades[2].Score]);
        Assert.StartsWith(fault ?? "score 1", grades[1].Fault?.ToString() ?? $"score {grades[1].Score}");
    }

    [Fact]
    public async Task A_grader_of_batches_gets_them_whole()
    {
        await using var grader = graders.Build("Rank");

        var grades = await grader.Grade([.. Enumerable.Range(0, 20).Select(i => Items.Of(new('x', i), id: $"{i}"))], CancellationToken.None);
        var failed = await grader.Grade([Items.Of("a", id: "0"), Items.Of("throw", id: "1")], CancellationToken.None);

        Assert.True(grader.NeedsWholeGroups);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (double?)i), grades.Select(grade => grade.Score));
        Assert.All(failed, grade => Assert.StartsWith("exception: FormatException: a bad group", grade.Fault!.ToString()));
    }

    [Fact]
    public async Task A_batch_that_fails_costs_its_own_items_and_a_grade_too_many_its_own_item()
    {
        await using var grader = graders.Build("Rank", ""","workers":1""");

        var spoilt = await grader.Grade([Items.Of("spoil", id: "0")], CancellationToken.None);
        var after = await grader.Grade([Items.Of("a", id: "0"), Items.Of("bb", id: "1")], CancellationToken.None);
        var twice = await grader.Grade([Items.Of("twice", id: "0"), Items.Of("a", id: "1")], CancellationToken.None);

        Assert.Equal(0, Assert.Single(spoilt).Score);
        Assert.Equal([0, 1], after.Select(grade => grade.Score!.Value));
        Assert.Equal("answer: there are 2 grades for it.", $"{twice[0].Fault}");
        Assert.Equal(1, twice[1].Score);
    }

    [Theory]
    [InlineData("", "there are 5 graders (Length, Meta, Moody, Rank, Unbuildable); say which with \"class\".")]
    [InlineData(""","class":"Missing" """, "there is no grader class Missing; there is Length, Meta, Moody, Rank, Unbuildable.")]
    [InlineData(""","class":"Unbuildable" """, "the constructor of Unbuildable failed: FileNotFoundException: words.txt is missing (Moody.cs, line ")]
    public void A_class_that_cannot_be_used_is_told_before_the_run(string more, string problem) =>
        Assert.Contains(problem, Assert.Single(Graders.Settings(more).Problems("grader", graders.Context)));

    [Fact]
    public void A_run_that_is_only_looked_at_needs_no_source()
    {
        var settings = GraderSettings.Parse("""{"kind":"csharp","file":"gone.cs"}""");

        Assert.Empty(settings.Problems("grader", graders.Context with { FilesMustExist = false }));
    }

    [Fact]
    public void All_errors_of_a_file_are_told_with_their_places()
    {
        string file = graders.Write("Broken.cs", "using Hone.Grading;\n\npublic class Broken : IAnswerGrader\n{\n    public int Grade(GradingItem item) => item.Nothing;\n    string s = 5;\n}\n");

        string[] problems = [.. GraderSettings.Parse($$"""{"kind":"csharp","file":"{{file}}"}""").Problems("grader", graders.Context)];

        Assert.Equal(3, problems.Length);
        Assert.Contains(problems, problem => problem.StartsWith("grader.file: Broken.cs, line 3, column 23: 'Broken' does not implement interface member", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("grader.file: Broken.cs, line 5, column 48: 'GradingItem' does not contain a definition for 'Nothing'", StringComparison.Ordinal));
        Assert.Contains("grader.file: Broken.cs, line 6, column 16: Cannot implicitly convert type 'int' to 'string' (CS0029).", problems);
    }

    [Theory]
    [InlineData("""{"kind":"csharp"}""", "grader needs either \"file\", a C# file, or \"project\"")]
    [InlineData("""{"kind":"csharp","file":"no.cs"}""", "grader.file is \"no.cs\", but there is no such file")]
    [InlineData("""{"kind":"csharp","project":"no"}""", "grader.project is \"no\", but there is no such folder")]
    [InlineData("""{"kind":"csharp","project":"empty"}""", "grader.project: there is no .csproj file in ")]
    [InlineData("""{"kind":"csharp","file":"Empty.cs"}""", "grader.file: Empty.cs: there is no public class that implements IAnswerGrader or IGrader.")]
    [InlineData("""{"kind":"csharp","file":"Hidden.cs"}""", "grader.file: Hidden.cs: the class Hidden is not public; write \"public\" before it.")]
    public void A_problem_is_a_sentence_that_names_the_place(string json, string problem)
    {
        graders.Write("Empty.cs", "");
        graders.Write("Hidden.cs", "class Hidden : Hone.Grading.IAnswerGrader { public Hone.Grading.Grade Grade(Hone.Grading.GradingItem item) => item.Scored(1, \"\"); }");
        Directory.CreateDirectory(Path.Combine(graders.Context.Folder, "empty"));

        Assert.StartsWith(problem, Assert.Single(GraderSettings.Parse(json).Problems("grader", graders.Context)));
    }

    /// <summary>The file above in a folder of its own, with a cache beside it.</summary>
    public sealed class Graders : IDisposable
    {
        readonly TestFolder _folder = new();

        public Graders() => Write("Moody.cs", Source);

        public GraderContext Context => new(_folder.Path) { CacheFolder = _folder.In("cache") };

        public static GraderSettings Settings(string more) => GraderSettings.Parse($$"""{"kind":"csharp","file":"Moody.cs"{{more}}}""");

        public IGrader Build(string name, string more = "") => Settings($$""","class":"{{name}}"{{more}}""").Build(Context);

        public string Write(string name, string text) => _folder.File(name, text);

        public void Dispose() => _folder.Dispose();
    }
}
