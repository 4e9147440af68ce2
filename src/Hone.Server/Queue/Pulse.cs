namespace Hone.Server.Queue;

/// <summary>Tells those who wait in this process that something has changed, so that they need not wait for their next look.</summary>
sealed class Pulse
{
    volatile TaskCompletionSource _next = New();

    /// <summary>Ends at the next change. Take it before looking, so that no change falls between.</summary>
    public Task Next => _next.Task;

    public void Beat() => Interlocked.Exchange(ref _next, New()).SetResult();

    /// <summary>Waits for the change that <paramref name="next"/> stands for, and no longer than <paramref name="most"/>.</summary>
    public static async Task Wait(Task next, TimeSpan most, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(next, Task.Delay(most, either.Token));
        await either.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Does the work until <paramref name="stop"/>: at once, after each change, and after the time <paramref name="look"/> without one. What it
    /// throws is told, and the work tried again after that time.
    /// </summary>
    public async Task Repeat(Func<Task> work, TimeSpan look, Action<Exception> tell, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var next = Next;
            try
            {
                await work();
                await Wait(next, look, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                tell(e);
                await Task.WhenAny(Task.Delay(look, stop));
            }
        }
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
