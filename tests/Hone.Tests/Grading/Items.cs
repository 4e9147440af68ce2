using System.Text.Json;
using Hone.Grading;

namespace Hone.Tests.Grading;

static class Items
{
    public static GradingItem Of(string completion, string? reference = null, string id = "a") =>
        new(id, [new("user", "Q")], completion, reference, new Dictionary<string, JsonElement>(), Truncated: false);

    public static async Task<Grade> GradeOne(this IGrader grader, GradingItem item) =>
        Assert.Single(await grader.Grade([item], CancellationToken.None));

    /// <summary>A grader that is a function, to misbehave in any way.</summary>
    public sealed class Fake(Func<IReadOnlyList<GradingItem>, CancellationToken, Task<IReadOnlyList<Grade>>> grade) : IGrader
    {
        public Fake(Func<IReadOnlyList<GradingItem>, IReadOnlyList<Grade>> grade)
            : this((items, _) => Task.FromResult(grade(items)))
        {
        }

        public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) => grade(items, stop);
    }
}
