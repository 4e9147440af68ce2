using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hone.Grading;

/// <summary>A grader as a job describes it: <c>{"kind":"finalNumber"}</c>.</summary>
/// <remarks>
/// <para><c>{"kind":"finalNumber","mode":"strict"}</c>: mode <c>strict</c> (default) or <c>flexible</c>.</para>
/// <para><c>{"kind":"format","pattern":"^Answer: "}</c>: without a pattern, that it ends with <c>#### number</c>. With
/// <c>"ended":true</c> the completion must also have ended before its tokens ran out.</para>
/// <para><c>{"kind":"contains","text":"happy"}</c>: without a text, that the reference answer occurs.</para>
/// <para><c>{"kind":"weighted","parts":[{"weight":1,"grader":{…}}]}</c>: a part may have a <c>name</c>.</para>
/// <para><c>{"kind":"judge","endpoint":"https://…/v1","model":"…","rubric":{"criteria":[{"name":"correct","description":"…"}]}}</c>: a language model
/// grades; with <c>modelFolder</c> one on this machine. OpenAI's <c>score_model</c> and <c>label_model</c> take the same keys for the place.</para>
/// <para>Any JSON can be read into it, so that all its problems can be told at once with those of the job.</para>
/// </remarks>
[JsonConverter(typeof(Converter))]
public sealed class GraderSettings(JsonElement json) : IEquatable<GraderSettings>
{
    /// <summary>The number after the last <c>####</c> equals the reference's.</summary>
    public static GraderSettings FinalNumber { get; } = Parse("""{"kind":"finalNumber"}""");

    /// <summary>No grader; it cannot be built.</summary>
    public static GraderSettings None { get; } = Parse("{}");

    public JsonElement Json { get; } = json.Clone();

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static GraderSettings Parse(string json) => new(JsonElement.Parse(json));

    /// <summary>Every problem at once, as sentences that name the place below <paramref name="path"/>. Empty when the
    /// grader can be built.</summary>
    /// <param name="context">Null: paths start from the current folder.</param>
    public IEnumerable<string> Problems(string path, GraderContext? context = null)
    {
        GraderReader.TryRead(Json, path, context ?? GraderContext.Here, out _, out var problems);
        return problems;
    }

    /// <summary>The same grader, with absolute paths in place of those that start from the context's folder.</summary>
    public GraderSettings WithAbsolutePaths(GraderContext context) => new(GraderReader.WithAbsolutePaths(Json, context));

    /// <summary>The files and folders that it names: where (".file" or ".parts[0].grader.file") and their absolute paths.</summary>
    public IReadOnlyList<(string Place, string Path)> Files(GraderContext context) => GraderReader.FilesOf(Json, context);

    /// <exception cref="ArgumentException">The settings have problems.</exception>
    public IGrader Build(GraderContext? context = null) =>
        GraderReader.TryRead(Json, "grader", context ?? GraderContext.Here, out var grader, out var problems)
        ? grader
        : throw new ArgumentException(string.Join(' ', problems));

    public bool Equals(GraderSettings? other) => other is not null && JsonElement.DeepEquals(Json, other.Json);

    public override bool Equals(object? obj) => Equals(obj as GraderSettings);

    public override int GetHashCode() => Json.ValueKind.GetHashCode();

    public override string ToString() => Json.GetRawText();

    sealed class Converter : JsonConverter<GraderSettings>
    {
        public override GraderSettings Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonElement.ParseValue(ref reader));

        public override void Write(Utf8JsonWriter writer, GraderSettings value, JsonSerializerOptions options) =>
            value.Json.WriteTo(writer);
    }
}
