using System.Text.Json;

namespace Hone.Grading.Judges.Chat;

/// <summary>Which model answers, and how it is asked: the settings that every grader with a model shares.</summary>
/// <remarks>
/// <para><c>"endpoint":"https://…/v1","model":"…","apiKey":{"env":"OPENAI_API_KEY"}</c>, or <c>"modelFolder":"…"</c> for a model on this machine.
/// <c>"publicOnly":true</c> calls nothing of this machine or its network, whatever the endpoint's name comes to mean.</para>
/// <para><c>"limits":{"concurrency":16,"requestsPerMinute":500,"tokensPerMinute":200000,"retries":5,"backoffSeconds":0.5,"callSeconds":120,
/// "batchSeconds":240}</c>; <c>"price":{"input":2.5,"output":10}</c> for a million tokens; <c>"budget":{"soft":5,"hard":20}</c>;
/// <c>"cache":"file"</c>, or false for none.</para>
/// </remarks>
sealed record ChatSource
{
    const string OpenAi = "https://api.openai.com/v1", CacheName = "judges.db";

    // Below the five minutes that a run gives a batch of any grader. A model on this machine answers questions side by side, so each may take as long.
    const double BatchSeconds = 240, CallSeconds = 120;

    public string? Endpoint { get; init; }
    public string? Model { get; init; }
    public string? KeyName { get; init; }
    public bool PublicOnly { get; init; }
    public string? Folder { get; init; }
    public string? CachePath { get; init; }
    public DeskSettings Desk { get; init; } = new();

    /// <summary>The longest that a batch may take; what is unanswered then is a fault.</summary>
    public TimeSpan BatchDeadline { get; init; }
    public required GraderContext Context { get; init; }

    /// <summary>What a person should know before the run.</summary>
    public IEnumerable<string> Notes =>
    [
        Folder is not null
            ? $"The judge is the model in {Folder}, on this machine."
            : $"The judge is {Model} at {Endpoint}: prompts, references and answers are sent there, at most {Desk.Limits.Concurrency} at once.",
        .. KeyName is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(KeyName))
            ? [$"The environment variable {KeyName}, which the judge's apiKey names, is empty."]
            : Array.Empty<string>(),
    ];

    public static ChatSource Read(GraderForm form)
    {
        string? folder = form.File("modelFolder", "a model folder with config.json, model.safetensors and tokenizer.json", isFolder: true);
        bool local = form.Has("modelFolder");
        string? endpoint = form.Text("endpoint"), model = form.Text("model");
        string? key = form.Object(
            "apiKey", """{"env":"OPENAI_API_KEY"}""", inner => inner.RequiredText("env", "the name of the environment variable that holds the key"));
        CheckPlace(form, local, endpoint, model);
        var limits = Limits(form, local);
        var price = form.Object("price", """{"input":2.5,"output":10}""", Price);
        var budget = form.Object("budget", """{"soft":5,"hard":20}""", inner => new Budget(inner.Number("soft", 0), inner.Number("hard", 0)));
        if (budget is not null && !form.Has("price"))
        {
            form.Problem($"{form.Path}.budget needs {form.Path}.price, what a million tokens cost, such as {{\"input\":2.5,\"output\":10}}.");
        }

        return limits with
        {
            Endpoint = endpoint ?? OpenAi,
            Model = model,
            KeyName = key ?? (endpoint is null && !local ? "OPENAI_API_KEY" : null),
            PublicOnly = form.Flag("publicOnly"),
            Folder = folder,
            CachePath = Cache(form),
            Desk = limits.Desk with { Price = price, Budget = budget ?? new(null, null) },
        };
    }

    /// <summary>Opens nothing that was not asked for yet; the first question does.</summary>
    /// <exception cref="InvalidOperationException">This program computes no models.</exception>
    public ChatDesk Open(TimeProvider? clock = null)
    {
        var model = Folder is null ? new EndpointChatModel(Endpoint!, Model!, KeyName, PublicOnly)
            : Context.OpenModel is { } open ? open(Folder)
            : throw new InvalidOperationException("modelFolder names a model, but this program computes none; name an endpoint.");
        return new(model, Desk, CachePath is null ? null : new(CachePath), clock ?? TimeProvider.System, Context.Tell);
    }

    /// <param name="calls">Questions about the completions of one prompt.</param>
    /// <param name="desk">Where questions were put.</param>
    public JudgeDemand Demand(int calls, Lazy<ChatDesk> desk)
    {
        var (questions, input, output) = desk.IsValueCreated ? desk.Value.Taken : default;
        return new(
            Folder ?? $"{Model} at {Endpoint}", calls, questions > 0 ? (double)input / questions : null, questions > 0 ? (double)output / questions : null,
            Desk.Price, Desk.Budget)
        {
            RequestsPerMinute = Desk.Limits.RequestsPerMinute,
            BatchDeadline = BatchDeadline,
        };
    }

    static void CheckPlace(GraderForm form, bool local, string? endpoint, string? model)
    {
        if (local && endpoint is not null)
        {
            form.Problem($"{form.Path}.modelFolder and {form.Path}.endpoint are both given; keep one: the judge is on this machine or behind an "
                + "address.");
        }
        else if (!local && model is null)
        {
            form.Problem($"{form.Path}.model is missing; it needs to be the model's name at the endpoint, or give {form.Path}.modelFolder.");
        }

        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            form.Problem($"{form.Path}.endpoint is \"{endpoint}\", but needs to be an address such as {OpenAi}.");
        }
    }

    static ChatSource Limits(GraderForm form, bool local) => form.Object("limits", """{"concurrency":16}""", inner => new ChatSource
    {
        Context = form.Context,
        BatchDeadline = Seconds(inner, "batchSeconds", BatchSeconds),
        Desk = new()
        {
            Limits = new()
            {
                Concurrency = inner.Integer("concurrency", 1, 4096) ?? 16,
                RequestsPerMinute = inner.Integer("requestsPerMinute", 1),
                TokensPerMinute = inner.Integer("tokensPerMinute", 1),
            },
            Retries = inner.Integer("retries", 0, 100) ?? 5,
            Backoff = Seconds(inner, "backoffSeconds", 0.5),
            CallDeadline = Seconds(inner, "callSeconds", local ? BatchSeconds : CallSeconds),
        },
    }) ?? new ChatSource
    {
        Context = form.Context,
        BatchDeadline = TimeSpan.FromSeconds(BatchSeconds),
        Desk = new() { CallDeadline = TimeSpan.FromSeconds(local ? BatchSeconds : CallSeconds) },
    };

    static TimeSpan Seconds(GraderForm form, string key, double otherwise) => TimeSpan.FromSeconds(form.Number(key, 0.001, 86400) ?? otherwise);

    static TokenPrice Price(GraderForm form) => new(Price(form, "input"), Price(form, "output"));

    static double Price(GraderForm form, string key)
    {
        if (!form.Has(key))
        {
            form.Problem($"{form.Path}.{key} is missing; it needs to be what a million tokens cost, 0 where they cost nothing.");
        }

        return form.Number(key, 0) ?? 0;
    }

    static string? Cache(GraderForm form) => form.Any("cache") is { ValueKind: JsonValueKind.False or JsonValueKind.True }
        ? (form.Flag("cache") ? Path.Combine(form.Context.CacheFolder, CacheName) : null)
        : form.Place("cache") ?? Path.Combine(form.Context.CacheFolder, CacheName);
}
