using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Grading.Judges.Chat;

namespace Hone.Tests.Grading.Judges;

/// <summary>Judges whose model is a function, or the server of a test, with a folder that is gone afterwards.</summary>
sealed class JudgeTest : IDisposable
{
    public const string Correct = """{"criteria":[{"name":"correct","description":"The number is right."}]}""";

    readonly string _folder = Directory.CreateTempSubdirectory("hone-judge-").FullName;

    /// <summary>What judges said during a test.</summary>
    public List<string> Told { get; } = [];

    /// <summary>Questions that reached the model.</summary>
    public List<ChatCall> Calls { get; } = [];

    /// <param name="settings">Keys beside the kind and the model.</param>
    public IGrader Judge(string settings, Func<ChatCall, string> answer, string kind = "\"kind\":\"judge\"") =>
        Build($$"""{{{kind}},"modelFolder":"{{_folder}}",{{settings}}}""", new Scripted(call =>
        {
            lock (Calls)
            {
                Calls.Add(call);
            }

            return answer(call);
        }));

    public IGrader Judge(string settings, ChatStub stub, string kind = "\"kind\":\"judge\"") =>
        Build($$"""{{{kind}},"endpoint":"{{stub.Endpoint}}","model":"stub",{{settings}}}""", null);

    public static IReadOnlyList<string> Problems(string json) => [.. GraderSettings.Parse(json).Problems("grader")];

    public static JsonObject Verdicts(params (string Key, string Verdict)[] verdicts) => new(verdicts.Select(one =>
        KeyValuePair.Create<string, JsonNode?>(one.Key, new JsonObject { ["reason"] = "because", ["verdict"] = one.Verdict })));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    IGrader Build(string json, IChatModel? model) => GraderSettings.Parse(json).Build(new(_folder)
    {
        CacheFolder = _folder,
        OpenModel = model is null ? null : _ => model,
        Tell = sentence =>
        {
            lock (Told)
            {
                Told.Add(sentence);
            }
        },
    });

    sealed class Scripted(Func<ChatCall, string> answer) : IChatModel
    {
        public string Id => "scripted";

        public async Task<ChatReply> Ask(ChatCall call, CancellationToken stop)
        {
            await Task.Yield();
            string text = answer(call);
            return new(text, 100, 10);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
