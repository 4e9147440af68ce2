using System.Diagnostics;

namespace Hone.Jobs.Engine.Serving;

/// <summary>Counts completions that are asked for and not yet there, and turns away what is too much.</summary>
sealed class WaitingRoom(int most)
{
    // What a request takes is taken for the wait of the next; between these bounds.
    const double LeastSeconds = 1, MostSeconds = 30;

    readonly Lock _gate = new();
    int _inside;
    double _seconds = LeastSeconds;

    /// <summary>Lets a request in; disposing what is returned lets it out.</summary>
    /// <exception cref="EngineBusyException">No room.</exception>
    public IDisposable Enter(int completions)
    {
        lock (_gate)
        {
            // A request that is larger than the room is let in when it is empty.
            if (_inside > 0 && _inside + completions > most)
            {
                throw new EngineBusyException(TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(_seconds), LeastSeconds, MostSeconds)));
            }

            _inside += completions;
        }

        return new Place(this, completions);
    }

    void Leave(int completions, double seconds)
    {
        lock (_gate)
        {
            _inside -= completions;
            _seconds += (seconds - _seconds) / 8;
        }
    }

    sealed class Place(WaitingRoom room, int completions) : IDisposable
    {
        readonly long _since = Stopwatch.GetTimestamp();
        int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                room.Leave(completions, Stopwatch.GetElapsedTime(_since).TotalSeconds);
            }
        }
    }
}
