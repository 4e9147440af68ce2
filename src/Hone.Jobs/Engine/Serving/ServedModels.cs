using Hone.Tensors;
using Hone.Training;

namespace Hone.Jobs.Engine.Serving;

/// <summary>The base models that are open. One is opened at its first use and stays; one that nobody uses is closed when there are too many.</summary>
sealed class ServedModels(Workers workers, EngineThread engine, EngineSettings settings)
{
    readonly Lock _gate = new();
    readonly List<Entry> _entries = [];

    /// <summary>Those that are open, for the engine's thread.</summary>
    public IReadOnlyList<ServedModel> Open()
    {
        lock (_gate)
        {
            return [.. _entries.Where(entry => entry.Opening.IsCompletedSuccessfully).Select(entry => entry.Opening.Result)];
        }
    }

    /// <summary>A model that stays open until the lease is disposed.</summary>
    /// <exception cref="Models.Weights.ModelFileException">The folder is not a model that Hone runs.</exception>
    public async Task<Lease> Open(string folder, Compute compute, CancellationToken stop)
    {
        var entry = EntryFor(folder, compute);
        try
        {
            return new(this, entry, await entry.Opening.WaitAsync(stop).ConfigureAwait(false));
        }
        catch
        {
            Leave(entry);
            throw;
        }
    }

    /// <summary>On the engine's thread, at its end.</summary>
    public void Dispose()
    {
        foreach (var model in Open())
        {
            model.Dispose();
        }
    }

    /// <summary>The use of a model.</summary>
    public sealed class Lease : IDisposable
    {
        readonly ServedModels _owner;
        readonly Entry _entry;
        int _left;

        internal Lease(ServedModels owner, Entry entry, ServedModel model) => (_owner, _entry, Model) = (owner, entry, model);

        public ServedModel Model { get; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                _owner.Leave(_entry);
            }
        }
    }

    /// <summary>A model that is open or being opened.</summary>
    internal sealed class Entry(string folder, Compute compute, Task<ServedModel> opening)
    {
        public string Folder => folder;
        public Compute Compute => compute;
        public Task<ServedModel> Opening => opening;
        public int Users { get; set; }
    }

    // The list is in order of use, the latest last. What could not be opened is tried again.
    Entry EntryFor(string folder, Compute compute)
    {
        lock (_gate)
        {
            _entries.RemoveAll(entry => entry.Opening.IsFaulted);
            var entry = _entries.Find(entry => entry.Folder == folder && entry.Compute == compute)
                ?? new Entry(folder, compute, Task.Run(() => Load(folder, compute)));
            _entries.Remove(entry);
            _entries.Add(entry);
            entry.Users++;
            return entry;
        }
    }

    ServedModel Load(string folder, Compute compute) =>
        new(LanguageModel.Load(folder, new CpuDevice(workers, compute)), workers, engine, settings);

    void Leave(Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
        }

        engine.Post(CloseUnused);
    }

    void CloseUnused()
    {
        Entry[] closed;
        lock (_gate)
        {
            closed = [.. _entries.Where(entry => entry.Users == 0 && entry.Opening.IsCompletedSuccessfully)
                .Take(Math.Max(0, _entries.Count - settings.Models))];
            _entries.RemoveAll(closed.Contains);
        }

        foreach (var entry in closed)
        {
            entry.Opening.Result.Dispose();
        }
    }
}
