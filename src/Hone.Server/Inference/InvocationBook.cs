using System.Diagnostics;
using System.Text;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Registry;
using Hone.Server.Telemetry;

namespace Hone.Server.Inference;

/// <summary>A request while it is answered.</summary>
sealed class InvocationEntry(Caller caller, ServedModel model, GenerateRequest request, DateTimeOffset began, InvocationNotes? notes, Activity? activity)
{
    readonly long _start = Stopwatch.GetTimestamp();
    readonly StringBuilder[] _texts = [.. Enumerable.Range(0, Math.Max(1, request.Count)).Select(_ => new StringBuilder())];
    readonly (FinishReason? Finish, string? Stop)[] _ends = new (FinishReason?, string?)[Math.Max(1, request.Count)];
    TimeSpan? _first;
    TokenUsage? _usage;

    public ApiProblem? Problem { get; set; }

    public Activity? Activity => activity;

    public void Take(GeneratedPiece piece)
    {
        _first ??= Stopwatch.GetElapsedTime(_start);
        _usage = piece.Usage ?? _usage;
        _texts[piece.Index].Append(piece.Text);
        if (piece.Finish is not null)
        {
            _ends[piece.Index] = (piece.Finish, piece.StopText);
        }
    }

    public Invocation Invocation() => new(
        caller, model, request, [.. _texts.Zip(_ends, (text, end) => new InvokedCompletion(text.ToString(), end.Finish, end.Stop))], _usage, began,
        Stopwatch.GetElapsedTime(_start), _first, Problem, notes);
}

/// <summary>Counts requests and hands them to those who keep them.</summary>
sealed class InvocationBook(TimeProvider clock, HoneMeter meter, IEnumerable<IInvocationSink> sinks, ILogger<InvocationBook> log)
{
    public InvocationEntry Begin(Caller caller, ServedModel model, GenerateRequest request)
    {
        meter.Active.Add(1);
        var activity = HoneMeter.Activities.StartActivity("inference", ActivityKind.Internal);
        activity?.SetTag("gen_ai.request.model", model.Id);
        return new InvocationEntry(caller, model, request, clock.GetUtcNow(), InvocationNotes.Current, activity);
    }

    public async Task End(InvocationEntry entry)
    {
        var invocation = entry.Invocation();
        meter.Active.Add(-1);
        meter.Answered(invocation);
        entry.Activity?.SetTag("gen_ai.usage.output_tokens", invocation.Usage?.Completion);
        entry.Activity?.SetStatus(invocation.Problem is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        entry.Activity?.Dispose();
        foreach (var sink in sinks)
        {
            try
            {
                // The client may be gone; what it asked for is kept all the same.
                await sink.Record(invocation, CancellationToken.None);
            }
            catch (Exception e)
            {
                log.LogError(e, "A request could not be logged.");
            }
        }
    }
}
