using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hone.Server.Inference;
using Hone.Server.Queue;
using Hone.Training;

namespace Hone.Server.Telemetry;

/// <summary>What the server counts. Names are OpenTelemetry's; Prometheus gets them with underscores.</summary>
sealed class HoneMeter : IDisposable
{
    public const string Name = "Hone";

    public static readonly ActivitySource Activities = new(Name);

    readonly Meter _meter = new(Name);
    readonly Counter<long> _requests, _tokens, _steps, _trained, _ended;
    readonly Histogram<double> _first, _took;

    public HoneMeter()
    {
        _requests = _meter.CreateCounter<long>("hone.inference.requests", description: "Requests to models, by how they ended.");
        _tokens = _meter.CreateCounter<long>("hone.inference.tokens", description: "Tokens of requests, by kind.");
        Active = _meter.CreateUpDownCounter<long>("hone.inference.active", description: "Requests that are being answered.");
        _first = _meter.CreateHistogram<double>("hone.inference.time_to_first_piece", "s", "From the request to the first piece of its answer.");
        _took = _meter.CreateHistogram<double>("hone.inference.duration", "s", "From the request to the end of its answer.");
        _steps = _meter.CreateCounter<long>("hone.training.steps", description: "Training steps that are done.");
        _trained = _meter.CreateCounter<long>("hone.training.tokens", description: "Tokens that were trained on.");
        _ended = _meter.CreateCounter<long>("hone.jobs.ended", description: "Jobs that ended on this node, by how.");
    }

    public UpDownCounter<long> Active { get; }

    public void Answered(Invocation invocation)
    {
        string outcome = invocation switch
        {
            { Problem: { } problem } => problem.Kind.ToString(),
            { Usage: null } => "Left",
            _ => "Answered",
        };
        _requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _took.Record(invocation.Took.TotalSeconds);
        if (invocation.ToFirstPiece is { } first)
        {
            _first.Record(first.TotalSeconds);
        }

        if (invocation.Usage is { } usage)
        {
            _tokens.Add(usage.Prompt - usage.Cached, new KeyValuePair<string, object?>("kind", "prompt"));
            _tokens.Add(usage.Cached, new KeyValuePair<string, object?>("kind", "cached"));
            _tokens.Add(usage.Completion, new KeyValuePair<string, object?>("kind", "completion"));
        }
    }

    public void Stepped(StepMetrics step)
    {
        _steps.Add(1);
        _trained.Add(step.PromptTokens + step.CompletionTokens);
    }

    public void Ended(JobStatus status) => _ended.Add(1, new KeyValuePair<string, object?>("status", status.ToString()));

    public void Dispose() => _meter.Dispose();
}
