using Dapper;
using Microsoft.Data.Sqlite;

namespace Hone.Jobs.Exploring;

/// <summary>Finds rollouts in run.db without reading more of it than the page holds, as far as <see cref="Indexes"/> go.</summary>
static class RolloutSearch
{
    // Below everything: what has no score is worth less than the least. Both expressions stand in the indexes to the letter.
    const string Worth = "ifnull(ifnull(reward, score), -9e999)";
    const string Tokens = "length(tokens)";
    const int BytesPerToken = 4;

    /// <summary>Indexes are no part of the layout: a run without them answers the same, only later.</summary>
    public const string Indexes =
        $"""
        CREATE INDEX IF NOT EXISTS rolloutsByWorth ON rollouts({Worth});
        CREATE INDEX IF NOT EXISTS rolloutsByLength ON rollouts({Tokens});
        CREATE INDEX IF NOT EXISTS rolloutsForHistogram ON rollouts(phase, step, reward);
        """;

    public static RolloutPage Find(SqliteConnection connection, RolloutQuery query)
    {
        var seal = ColumnSeal.Of(connection);
        var (expression, isDescending) = Order(query.Order, seal);
        var values = new DynamicParameters();
        List<string> conditions = [.. Conditions(query, values, seal)];
        int? total = query.After is null ? connection.ExecuteScalar<int>($"SELECT count(*) FROM rollouts WHERE {All(conditions)}", values) : null;
        string direction = isDescending ? "DESC" : "ASC";
        if (query.After is { } after)
        {
            values.Add("value", after.Value);
            values.Add("id", after.Id);
            conditions.Add($"({expression}, id) {(isDescending ? "<" : ">")} (@value, @id)");
        }

        values.Add("limit", query.Limit + 1);
        var found = connection.Query<(double Value, long Id), RolloutRow, (double Value, FoundRollout Rollout)>(
            $"""
            SELECT {expression} AS Item1, id AS Item2, {RolloutRow.Columns} FROM rollouts WHERE {All(conditions)}
            ORDER BY {expression} {direction}, id {direction} LIMIT @limit
            """,
            (place, row) => (place.Value, new FoundRollout(place.Id, row.Recorded(seal))),
            values,
            splitOn: "phase").ToList();
        bool more = found.Count > query.Limit;
        var page = found.Take(query.Limit).ToList();
        return new([.. page.Select(one => one.Rollout)], more ? new RolloutPlace(page[^1].Value, page[^1].Rollout.Id) : null, total);
    }

    public static FoundRollout? Find(SqliteConnection connection, long id) =>
        connection.QuerySingleOrDefault<RolloutRow>($"SELECT {RolloutRow.Columns} FROM rollouts WHERE id = @id", new { id }) is { } row
            ? new(id, row.Recorded(ColumnSeal.Of(connection)))
            : null;

    public static RewardHistogram Histogram(SqliteConnection connection, int bins)
    {
        var (least, most) = connection.QuerySingle<(double?, double?)>(
            "SELECT min(reward), max(reward) FROM rollouts WHERE phase = @Training", new { RecordedRollout.Training }) is ({ } low, { } high)
            ? (Math.Min(0, low), Math.Max(1, high))
            : (0, 1);
        var rows = connection.Query<(long Step, long Bin, long Count)>(
            """
            SELECT step, min(@last, CAST((reward - @least) / (@most - @least) * @bins AS INTEGER)) AS bin, count(*)
            FROM rollouts WHERE phase = @Training AND reward IS NOT NULL GROUP BY step, bin ORDER BY step
            """,
            new { RecordedRollout.Training, least, most, bins, last = bins - 1 });
        return new(least, most, [.. rows.GroupBy(row => row.Step).Select(step => new StepRewards((int)step.Key, Counts(step, bins)))]);
    }

    /// <summary>Prompts whose id or text holds a text, by id.</summary>
    public static IReadOnlyList<RecordedPrompt> Prompts(SqliteConnection connection, string? text, int limit)
    {
        var seal = ColumnSeal.Of(connection);
        var rows = connection.Query<(string Part, string Id, object Text, object? Reference)>(
            $"""
            SELECT part, id, text, reference FROM prompts
            WHERE @text IS NULL OR id LIKE @text ESCAPE '\' OR {seal.Sql("text")} LIKE @text ESCAPE '\' ORDER BY part, id LIMIT @limit
            """,
            new { text = text is null ? null : Anywhere(text), limit });
        return [.. rows.Select(row => new RecordedPrompt(row.Part, row.Id, seal.Text(row.Text), seal.TextOrNull(row.Reference)))];
    }

    static int[] Counts(IEnumerable<(long Step, long Bin, long Count)> rows, int bins)
    {
        int[] counts = new int[bins];
        foreach (var (_, bin, count) in rows)
        {
            counts[bin] = (int)count;
        }

        return counts;
    }

    static (string Expression, bool IsDescending) Order(RolloutOrder order, ColumnSeal seal) => order switch
    {
        RolloutOrder.Newest => ("id", true),
        RolloutOrder.Oldest => ("id", false),
        RolloutOrder.HighestReward => (Worth, true),
        RolloutOrder.LowestReward => (Worth, false),
        RolloutOrder.Longest => (seal.TokensLength, true),
        _ => (seal.TokensLength, false),
    };

    static IEnumerable<string> Conditions(RolloutQuery query, DynamicParameters values, ColumnSeal seal)
    {
        string? Given<T>(string name, T? value, string condition)
        {
            if (value is null)
            {
                return null;
            }

            values.Add(name, value);
            return condition;
        }

        string?[] conditions =
        [
            Given("phase", query.Phase, "phase = @phase"),
            Given("fromStep", query.FromStep, "step >= @fromStep"),
            Given("toStep", query.ToStep, "step <= @toStep"),
            Given("prompt", query.Prompt, "prompt = @prompt"),
            Given("leastReward", query.LeastReward, $"{Worth} >= @leastReward"),
            Given("mostReward", query.MostReward, $"{Worth} <= @mostReward AND fault IS NULL"),
            Given("leastBytes", query.LeastTokens * BytesPerToken, $"{seal.TokensLength} >= @leastBytes"),
            Given("mostBytes", query.MostTokens * BytesPerToken, $"{seal.TokensLength} <= @mostBytes"),
            Given("stop", query.Stop?.ToString(), "stop = @stop"),
            query.Faulty switch
            {
                true => "fault IS NOT NULL",
                false => "fault IS NULL",
                null => null,
            },
            Given("text", query.Text is { } text ? Anywhere(text) : null, $"""
                ({seal.Sql("text")} LIKE @text ESCAPE '\' OR {seal.Sql("reason")} LIKE @text ESCAPE '\' OR {seal.Sql("fault")} LIKE @text ESCAPE '\'
                OR prompt IN (SELECT id FROM prompts WHERE {seal.Sql("text")} LIKE @text ESCAPE '\' OR id LIKE @text ESCAPE '\'))
                """),
        ];
        return conditions.OfType<string>();
    }

    static string All(List<string> conditions) => conditions.Count == 0 ? "1" : string.Join(" AND ", conditions);

    static string Anywhere(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
