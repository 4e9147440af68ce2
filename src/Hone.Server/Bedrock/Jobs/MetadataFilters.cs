using Hone.Server.Bedrock.Reading;

namespace Hone.Server.Bedrock.Jobs;

/// <summary>requestMetadataFilters: exactly one of equals, notEquals, andAll, orAll.</summary>
static class MetadataFilters
{
    const int Most = 16;
    const int Longest = 256;

    public static void Read(Form filters)
    {
        filters.RequireOneOf("equals", "notEquals", "andAll", "orAll");
        Pairs(filters);
        foreach (string list in (ReadOnlySpan<string>)["andAll", "orAll"])
        {
            filters.List(list, 1, Most, condition =>
            {
                condition.RequireOneOf("equals", "notEquals");
                Pairs(condition);
                return condition;
            });
        }
    }

    static void Pairs(Form form)
    {
        foreach (string key in (ReadOnlySpan<string>)["equals", "notEquals"])
        {
            if (form.Pairs(key, Most, Longest) is { Count: 0 })
            {
                form.Problem($"{form.At(key)} is empty, but needs 1 to {Most} pairs, such as {{\"project\":\"support\"}}.");
            }
        }
    }
}
