using Hone.Models;
using Hone.Models.Serving;
using Hone.Models.Weights;

namespace Hone.Jobs.Engine.Serving;

/// <summary>The adapters of one model that are in memory. A folder that was replaced on disk is read again; who has begun with the old one ends with it.</summary>
/// <param name="engine">The thread of the generator, which alone drops adapters.</param>
sealed class ServedAdapters(Decoder decoder, ContinuousGenerator generator, EngineThread engine, int most)
{
    // A folder is gone for an instant while it is replaced.
    const int Tries = 5, MillisecondsBetween = 20;

    readonly Lock _gate = new();
    readonly List<Entry> _entries = [];
    int _numbers;

    /// <summary>An adapter that stays as it is until the lease is disposed.</summary>
    /// <exception cref="ModelFileException">There is no such adapter, or it does not fit the model.</exception>
    public Lease Open(string folder)
    {
        for (int tries = 1; ; tries++)
        {
            var mark = Mark.Of(folder);
            if (Find(folder, mark) is { } there)
            {
                return new(this, there);
            }

            try
            {
                var adapter = LoraAdapter.Load(decoder, folder);
                if (Mark.Of(folder) == mark)
                {
                    return new(this, Add(new Entry(folder, mark, adapter)));
                }

                adapter.Dispose();
            }
            catch (Exception e) when (tries < Tries && e is ModelFileException or IOException)
            {
                // It may have been replaced meanwhile.
            }

            if (tries >= Tries)
            {
                throw new ModelFileException(folder, "the adapter changes while it is read; try again.");
            }

            Thread.Sleep(MillisecondsBetween);
        }
    }

    /// <summary>On the engine's thread, when nobody uses them.</summary>
    public void Dispose() => _entries.ForEach(entry => entry.Adapter.Dispose());

    /// <summary>Tells one state of a folder from the next.</summary>
    internal readonly record struct Mark(DateTime Written, long Bytes, DateTime Configured)
    {
        public static Mark Of(string folder)
        {
            var weights = new FileInfo(Path.Combine(folder, "adapter_model.safetensors"));
            return new(weights.LastWriteTimeUtc, weights.Exists ? weights.Length : 0, File.GetLastWriteTimeUtc(Path.Combine(folder, "adapter_config.json")));
        }
    }

    /// <summary>An adapter as its folder was once.</summary>
    internal sealed class Entry(string folder, Mark mark, LoraAdapter adapter)
    {
        public int Number { get; set; }
        public string Folder => folder;
        public Mark Mark => mark;
        public LoraAdapter Adapter => adapter;
        public int Users { get; set; }
    }

    /// <summary>The use of an adapter.</summary>
    public sealed class Lease : IDisposable
    {
        readonly ServedAdapters _owner;
        readonly Entry _entry;

        internal Lease(ServedAdapters owner, Entry entry) => (_owner, _entry) = (owner, entry);

        public LoraAdapter Adapter => _entry.Adapter;

        public void Dispose() => _owner.Leave(_entry);
    }

    // The list is in order of use, the latest last.
    Entry? Find(string folder, Mark mark)
    {
        lock (_gate)
        {
            var entry = _entries.Find(entry => entry.Folder == folder && entry.Mark == mark);
            return entry is null ? null : Use(entry);
        }
    }

    Entry Add(Entry entry)
    {
        lock (_gate)
        {
            entry.Number = ++_numbers;
            return Use(entry);
        }
    }

    Entry Use(Entry entry)
    {
        _entries.Remove(entry);
        _entries.Add(entry);
        entry.Users++;
        return entry;
    }

    void Leave(Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
        }

        engine.Post(DropUnused);
    }

    void DropUnused()
    {
        Entry[] dropped;
        lock (_gate)
        {
            Entry[] idle = [.. _entries.Where(entry => entry.Users == 0)];
            var replaced = idle.Where(entry => _entries.Exists(other => other.Folder == entry.Folder && other.Number > entry.Number));
            dropped = [.. replaced.Union(idle.Take(Math.Max(0, _entries.Count - most)))];
            _entries.RemoveAll(dropped.Contains);
        }

        foreach (var entry in dropped)
        {
            generator.Forget(entry.Adapter);
            entry.Adapter.Dispose();
        }
    }
}
