namespace Hone.Server.Queue.Nodes;

/// <summary>Why a node stops working on a job before its end.</summary>
enum LeaseEnd
{
    None,
    Stop,
    Pause,

    /// <summary>The server ends; another may go on.</summary>
    Shutdown,

    /// <summary>The job is no longer this node's.</summary>
    Lost,
}

/// <summary>
/// Holds a job for this node: extends the lease until disposed, and cancels <see cref="Token"/> when the work has to stop. The lease goes on
/// while the work ends in good order.
/// </summary>
sealed class Lease : IAsyncDisposable
{
    readonly Claims _claims;
    readonly NodeSettings _node;
    readonly TimeProvider _clock;
    readonly Pulse _pulse;
    readonly string _job;
    readonly bool _shared;
    readonly CancellationTokenSource _work = new(), _hold = new(), _beats = new();
    readonly CancellationTokenRegistration _shutdown;
    readonly Task _beating;
    readonly Lock _gate = new();

    /// <param name="shared">Other nodes may take the job where this one cannot reach the database for as long as the lease.</param>
    public Lease(Claims claims, NodeSettings node, TimeProvider clock, Pulse pulse, string job, bool shared, CancellationToken shutdown)
    {
        (_claims, _node, _clock, _pulse, _job, _shared) = (claims, node, clock, pulse, job, shared);
        _shutdown = shutdown.Register(() => End(LeaseEnd.Shutdown));
        _beating = Task.Run(Beat, CancellationToken.None);
    }

    public LeaseEnd Why { get; private set; }

    public CancellationToken Token => _work.Token;

    /// <summary>Cancelled when this node cannot go on, and not by wishes of the job's owner.</summary>
    public CancellationToken Held => _hold.Token;

    /// <summary>The first reason counts, except that a stop is more than a pause and a loss more than anything.</summary>
    public void End(LeaseEnd why)
    {
        lock (_gate)
        {
            bool isStronger = why == LeaseEnd.Lost || Why == LeaseEnd.None || (Why == LeaseEnd.Pause && why == LeaseEnd.Stop);
            Why = isStronger ? why : Why;
        }

        _work.Cancel();
        if (why is LeaseEnd.Shutdown or LeaseEnd.Lost)
        {
            _hold.Cancel();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _beats.CancelAsync();
        await _beating;
        _shutdown.Dispose();
        _beats.Dispose();
        _work.Dispose();
        _hold.Dispose();
    }

    async Task Beat()
    {
        var heard = _clock.GetUtcNow();
        while (!_beats.IsCancellationRequested)
        {
            var next = _pulse.Next;
            try
            {
                Take(await _claims.Renew(_job, _beats.Token));
                heard = _clock.GetUtcNow();
                if (_shared)
                {
                    // A node that works looks after the dead all the same.
                    await _claims.GiveBackAbandoned(all: false, _beats.Token);
                }
            }
            catch (Exception e) when (Outage.Is(e) && !_beats.IsCancellationRequested)
            {
                if (_shared && _clock.GetUtcNow() - heard > _node.Lease)
                {
                    End(LeaseEnd.Lost);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Rest(next);
        }
    }

    void Take(JobStatus? status)
    {
        switch (status)
        {
            case null or not (JobStatus.Running or JobStatus.Stopping or JobStatus.Pausing):
                End(LeaseEnd.Lost);
                break;
            case JobStatus.Stopping:
                End(LeaseEnd.Stop);
                break;
            case JobStatus.Pausing:
                End(LeaseEnd.Pause);
                break;
        }
    }

    async Task Rest(Task next)
    {
        try
        {
            // A change in this process may be a wish to stop, but need not be: many are this job's own events.
            await Task.Delay(_node.Heartbeat / 10, _beats.Token);
            await Pulse.Wait(next, _node.Heartbeat, _beats.Token);
        }
        catch (OperationCanceledException)
        {
            // Disposed while waiting: the loop ends.
        }
    }
}
