using System.Text.Json;
using System.Text.Json.Serialization;
using Hone.Models.Encryption;
using Hone.Tensors;

namespace Hone.Training.Selection;

/// <summary>
/// Which prompts each step draws. A pass visits the prompts in a shuffled order that is a function of (seed, pass), those that rest last;
/// it is over when no prompt that is awake is left, or when what is left fills no batch.
/// </summary>
/// <remarks>What a step draws counts only once it is committed: a step that is not finished is drawn again, and draws the same.</remarks>
public sealed class PromptDraws
{
    const string FileName = "prompts.json";

    static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    readonly int _prompts;
    readonly int _batch;
    readonly PromptSelection _selection;
    readonly EpochOrder _order;
    readonly Philox _rest;
    readonly SolveHistory _history;
    Place _committed;
    Place _pending;

    public PromptDraws(int prompts, int batchSize, ulong seed, PromptSelection selection)
    {
        (_prompts, _batch, _selection) = (prompts, Math.Min(batchSize, prompts), selection);
        _order = new EpochOrder(prompts, batchSize, seed);
        _rest = new Philox(seed, RandomPurpose.PromptRest);
        _history = new SolveHistory(prompts);
        _committed = _pending = Begin(0);
    }

    /// <summary>The pass that the last batch was drawn from: with a prompt's number, what random numbers are a function of.</summary>
    public int Pass => _pending.Pass;

    /// <summary>Prompts that the pass lets rest.</summary>
    public int Resting => _prompts - _pending.Awake;

    /// <summary><see cref="SolveHistory.Settled"/></summary>
    public (int Always, int Never) Settled() => _history.Settled();

    /// <summary>Indexes of the prompts of the step that follows the last committed one.</summary>
    public int[] Batch()
    {
        var place = _committed;
        bool isOver = place.Offset > 0 && (place.Offset >= place.Awake || place.Offset + _batch > _prompts);
        _pending = isOver ? Begin(place.Pass + 1) : place;
        return Take(_batch);
    }

    /// <summary>Up to so many prompts more for the same step, as far as the pass holds ones that are awake.</summary>
    public int[] More(int count) => Take(Math.Clamp(_pending.Awake - _pending.Offset, 0, count));

    /// <summary>The step is done: what it drew is drawn, and its groups' rewards become history.</summary>
    public void Commit(IEnumerable<(int Prompt, double?[] Rewards)> groups)
    {
        foreach (var (prompt, rewards) in groups)
        {
            _history.Learn(prompt, rewards);
        }

        _committed = _pending;
    }

    /// <summary>Writes the state after the last committed step.</summary>
    public void Save(string folder) => SealedFile.WriteAllText(
        Path.Combine(folder, FileName), JsonSerializer.Serialize(new State(_committed, _history.Save()), _json));

    /// <exception cref="CheckpointException">The file belongs to another number of prompts.</exception>
    public void Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        var state = JsonSerializer.Deserialize<State>(SealedFile.ReadAllText(path), _json);
        if (state is null || state.Place.Order.Length != _prompts || state.History.Equal.Length != _prompts)
        {
            throw new CheckpointException(
                $"{path} was written for {state?.Place.Order.Length ?? 0} prompts, but the training data has {_prompts}; give the run its own data back.");
        }

        _committed = _pending = state.Place;
        _history.Load(state.History);
    }

    int[] Take(int count)
    {
        int[] taken = _pending.Order[_pending.Offset..(_pending.Offset + count)];
        _pending = _pending with { Offset = _pending.Offset + count };
        return taken;
    }

    Place Begin(int pass)
    {
        int[] order = _order.Shuffled((uint)pass);
        bool[] awake = [.. order.Select(prompt => IsAwake(pass, prompt))];
        return new(
            pass, 0, awake.Count(one => one),
            [.. order.Where((_, i) => awake[i]), .. order.Where((_, i) => !awake[i])]);
    }

    bool IsAwake(int pass, int prompt) =>
        _selection == PromptSelection.Uniform || _rest.UniformDouble((uint)pass, (uint)prompt, 0, 0) < _history.ShareOf(prompt);

    /// <param name="Offset">Prompts of the pass that are drawn.</param>
    /// <param name="Awake">Prompts at the beginning of the order that do not rest.</param>
    sealed record Place(int Pass, int Offset, int Awake, int[] Order);

    sealed record State(Place Place, SolveHistory.Saved History);
}
