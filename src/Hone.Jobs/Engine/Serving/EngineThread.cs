using System.Collections.Concurrent;

namespace Hone.Jobs.Engine.Serving;

/// <summary>The one thread that steps generators and owns what they hold. It sleeps when there is nothing to do.</summary>
sealed class EngineThread : IDisposable
{
    readonly ConcurrentQueue<Action> _posted = [];
    readonly AutoResetEvent _news = new(false);
    readonly Func<bool> _step;
    readonly Thread _thread;
    volatile bool _closed;

    /// <param name="step">Called again and again while it returns true, and after each call that was posted.</param>
    public EngineThread(Func<bool> step)
    {
        _step = step;
        _thread = new Thread(Loop) { IsBackground = true, Name = "hone engine" };
        _thread.Start();
    }

    /// <summary>Runs on the thread, before its next step, in the order of the calls. Must not throw.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        _news.Set();
    }

    /// <summary>Runs what was posted and ends.</summary>
    public void Dispose()
    {
        _closed = true;
        _news.Set();
        _thread.Join();
        _news.Dispose();
    }

    void Loop()
    {
        bool goesOn = false;
        while (!_closed || !_posted.IsEmpty)
        {
            if (!goesOn && _posted.IsEmpty)
            {
                _news.WaitOne();
            }

            while (_posted.TryDequeue(out var action))
            {
                action();
            }

            goesOn = !_closed && _step();
        }
    }
}
