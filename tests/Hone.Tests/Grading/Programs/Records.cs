using System.Text.Json;
using Hone.Grading;

namespace Hone.Tests.Grading.Programs;

static class Records
{
    /// <summary>A completion to a record with these keys.</summary>
    public static GradingItem Of(string completion, string record, string id = "a") => Items.Of(completion, id: id) with
    {
        Metadata = JsonElement.Parse(record).EnumerateObject().ToDictionary(property => property.Name, property => property.Value),
    };
}
