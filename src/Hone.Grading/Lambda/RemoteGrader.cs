using System.Text;

namespace Hone.Grading.Lambda;

/// <summary>Sends items in batches to a function outside; its results are matched by id.</summary>
/// <remarks>A batch that cannot be carried whole is sent in halves. What goes wrong with a call is a fault of its batch's items, no others'.</remarks>
sealed class RemoteGrader(RemoteFunction function, RemoteLimits limits, ReferenceShape shape = ReferenceShape.AsWritten) : IGrader
{
    readonly SemaphoreSlim _calls = new(limits.Concurrency);
    readonly Lazy<RemoteCaller> _caller = new(() => new RemoteCaller(function, limits));

    public IEnumerable<string> Notes => function.Notes;

    // Batches that cannot go at once go one after another.
    public TimeSpan Patience(int items) => limits.Patience * (1 + ((items - 1) / limits.BatchSize / limits.Concurrency));

    public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var batches = await Task.WhenAll(items.Chunk(limits.BatchSize).Select(batch => InTurn(batch, stop))).ConfigureAwait(false);
        return [.. batches.SelectMany(grades => grades)];
    }

    public ValueTask DisposeAsync()
    {
        if (_caller.IsValueCreated)
        {
            _caller.Value.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    async Task<IReadOnlyList<Grade>> InTurn(GradingItem[] batch, CancellationToken stop)
    {
        await _calls.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return await Send(batch, stop).ConfigureAwait(false);
        }
        finally
        {
            _calls.Release();
        }
    }

    async Task<IReadOnlyList<Grade>> Send(GradingItem[] batch, CancellationToken stop)
    {
        byte[] payload = Encoding.UTF8.GetBytes(LambdaEvent.Of(batch, shape));
        if (payload.Length <= RemoteLimits.LargestPayload)
        {
            var answer = await _caller.Value.Call(payload, stop).ConfigureAwait(false);
            return answer.Body is { } body
                ? [.. LambdaResult.Read(body, batch, function.Name).Select(Discreet)]
                : [.. batch.Select(item => Discreet(item.Failed(function.Name, answer.Problem)))];
        }

        if (batch is [var item])
        {
            return [item.Failed(function.Name, $"it takes {payload.Length:N0} bytes, more than the {RemoteLimits.LargestPayload:N0} that a call carries.")];
        }

        int half = batch.Length / 2;
        return [.. await Send(batch[..half], stop).ConfigureAwait(false), .. await Send(batch[half..], stop).ConfigureAwait(false)];
    }

    // What is said about a grade is kept; a service that repeats its caller's headers must not bring a secret into the record.
    Grade Discreet(Grade grade) => function.Secrets.Count == 0 ? grade : grade with
    {
        Reason = Without(grade.Reason),
        Fault = grade.Fault is { } fault ? fault with { Message = Without(fault.Message) } : null,
    };

    string Without(string text) =>
        function.Secrets.Aggregate(text, (rest, secret) => rest.Replace(secret, "***", StringComparison.Ordinal));
}
