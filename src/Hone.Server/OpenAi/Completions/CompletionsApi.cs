using System.Text;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Inference;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Completions;

/// <summary>Completions of raw prompts, and a sentence for those who look for embeddings.</summary>
static class CompletionsApi
{
    public static void Map(OpenAiRoutes routes)
    {
        routes.Post("completions", Create);
        routes.Post("embeddings", _ => throw new ApiProblem(
            ProblemKind.NotFound, "Hone serves models that write text; none of them makes embeddings.")
        { Code = "unknown_url" });
    }

    static async Task Create(HttpContext context)
    {
        var caller = context.Caller(KeyScopes.Infer);
        var question = await context.ReadJson(TextQuestion.Read);
        var shape = new TextObject(question, context.Service<TimeProvider>().GetUtcNow());
        await (question.Streams ? Stream(context, caller, question, shape) : Whole(context, caller, question, shape));
    }

    static async Task Whole(HttpContext context, Caller caller, TextQuestion question, TextObject shape)
    {
        var answers = await Task.WhenAll(question.Prompts.Select((_, i) => Answer(context, caller, question, i)));
        var usages = answers.Select(answer => answer.Usage).OfType<TokenUsage>().ToList();
        var usage = new TokenUsage(usages.Sum(one => one.Prompt), usages.Sum(one => one.Cached), usages.Sum(one => one.Completion));
        await context.Answer(shape.Of([.. answers.SelectMany(answer => answer.Choices)], usage));
    }

    static async Task<(JsonObject[] Choices, TokenUsage? Usage)> Answer(HttpContext context, Caller caller, TextQuestion question, int prompt)
    {
        int count = question.Request.Count;
        string echo = Echo(question, prompt);
        var texts = Enumerable.Range(0, count).Select(_ => new StringBuilder(echo)).ToArray();
        var tokens = Enumerable.Range(0, count).Select(_ => new List<DrawnToken>()).ToArray();
        var ends = new FinishReason[count];
        TokenUsage? usage = null;
        await foreach (var piece in Generate(context, caller, question, prompt))
        {
            texts[piece.Index].Append(piece.Text);
            tokens[piece.Index].AddRange(piece.Tokens);
            ends[piece.Index] = piece.Finish ?? ends[piece.Index];
            usage = piece.Usage ?? usage;
        }

        return ([.. ends.Select((end, i) => TextObject.Choice((prompt * count) + i, texts[i].ToString(), tokens[i], 0, end))], usage);
    }

    /// <summary>One prompt after the other. The first piece comes before the answer begins, so that a refusal has its status code.</summary>
    static async Task Stream(HttpContext context, Caller caller, TextQuestion question, TextObject shape)
    {
        var next = Generate(context, caller, question, 0).GetAsyncEnumerator(context.RequestAborted);
        bool more = await next.MoveNextAsync();
        var stream = new ServerSentEvents(context);
        await stream.Run(
            async () =>
            {
                var usage = await Send(stream, question, shape, 0, next, more);
                for (int prompt = 1; prompt < question.Prompts.Count; prompt++)
                {
                    var rest = Generate(context, caller, question, prompt).GetAsyncEnumerator(context.RequestAborted);
                    var used = await Send(stream, question, shape, prompt, rest, await rest.MoveNextAsync());
                    usage = new(usage.Prompt + used.Prompt, usage.Cached + used.Cached, usage.Completion + used.Completion);
                }

                if (question.IncludesUsage)
                {
                    await stream.Send(shape.Of([], usage));
                }

                await stream.Done();
            },
            problem => stream.Send(ProblemShape.OpenAi(problem).Body));
    }

    static async Task<TokenUsage> Send(
        ServerSentEvents stream, TextQuestion question, TextObject shape, int prompt, IAsyncEnumerator<GeneratedPiece> pieces, bool more)
    {
        await using var owned = pieces;
        int[] written = new int[question.Request.Count];
        var usage = new TokenUsage(0, 0, 0);
        var begun = new HashSet<int>();
        for (; more; more = await pieces.MoveNextAsync())
        {
            var piece = pieces.Current;
            string text = begun.Add(piece.Index) ? Echo(question, prompt) + piece.Text : piece.Text;
            usage = piece.Usage ?? usage;
            if (text.Length > 0 || piece.Tokens.Count > 0 || piece.Finish is not null)
            {
                int index = (prompt * question.Request.Count) + piece.Index;
                await stream.Send(shape.Of([TextObject.Choice(index, text, piece.Tokens, written[piece.Index], piece.Finish)], null));
            }

            written[piece.Index] += piece.Tokens.Sum(token => token.Token.Text.Length);
        }

        return usage;
    }

    static string Echo(TextQuestion question, int prompt) => question.Echoes ? question.Prompts[prompt].Text! : "";

    static IAsyncEnumerable<GeneratedPiece> Generate(HttpContext context, Caller caller, TextQuestion question, int prompt) =>
        context.Service<IInference>().Generate(caller, question.Model, question.Prompts[prompt].Of(question.Request), context.RequestAborted);
}
