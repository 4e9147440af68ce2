using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hone.Jobs.Engine.Serving;
using Hone.Jobs.Engine.Training;
using Hone.Models.Sampling.Constraints;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Text;

namespace Hone.Jobs.Engine;

/// <summary>
/// The engine in this process. A request is read on its caller's thread: model and adapter are opened if they are not, the prompt becomes
/// tokens. Then it belongs to the engine's one thread, which steps the generators of all open models in turn and hands out pieces. A run
/// trains on a thread of its own, with its own adapter over the same weights.
/// </summary>
/// <remarks>
/// Serving and training share the pool of threads: a turn of serving has it to itself, and while a run trains serving then rests for as long as
/// its turn took. So each gets about half, whatever the sizes of their work, and all of it where the other has nothing to do.
/// </remarks>
public sealed class LocalEngine : IEngine
{
    static readonly TimeSpan _turn = TimeSpan.FromMilliseconds(4);

    readonly EngineSettings _settings;
    readonly Workers _workers;
    readonly WaitingRoom _room;
    readonly EngineThread _thread;
    readonly ServedModels _models;
    int _training;

    /// <param name="workers">Null: the pool of this process.</param>
    public LocalEngine(EngineSettings settings, Workers? workers = null)
    {
        (_settings, _workers) = (settings, workers ?? Workers.Default);
        _room = new(settings.Batch + settings.Waiting);
        _thread = new(Step);
        _models = new(_workers, _thread, settings);
    }

    /// <summary>Called on the engine's thread when a step has handed out its pieces.</summary>
    internal Action? StepDone { get; set; }

    bool IsTraining => Volatile.Read(ref _training) > 0;

    public async IAsyncEnumerable<GeneratedPiece> Generate(GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
    {
        var pieces = Channel.CreateUnbounded<GeneratedPiece>(new() { SingleReader = true, SingleWriter = true });
        using var left = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await Begin(
                request, piece => pieces.Writer.TryWrite(piece), problem => pieces.Writer.TryComplete(problem), left.Token).ConfigureAwait(false);
            await foreach (var piece in pieces.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                yield return piece;
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The same, handed out on the engine's thread. Returns when the request is accepted.</summary>
    /// <param name="write">Gets the pieces.</param>
    /// <param name="ended">Called once after the last piece, with what went wrong or null; not when it was cancelled.</param>
    internal async Task Begin(GenerateRequest request, Action<GeneratedPiece> write, Action<Exception?> ended, CancellationToken stop)
    {
        RequestLimits.Check(request);
        var held = new Stack<IDisposable>([_room.Enter(request.Count)]);
        try
        {
            var lease = await _models.Open(request.Model, request.Compute, stop).ConfigureAwait(false);
            held.Push(lease);
            var adapter = request.Adapter is { } folder ? lease.Model.Adapters.Open(folder) : null;
            if (adapter is not null)
            {
                held.Push(adapter);
            }

            var own = CancellationTokenSource.CreateLinkedTokenSource(stop);
            held.Push(own);
            void Leave()
            {
                // Cancelled, it holds nothing any more once the generator has looked.
                if (held.Count == 0)
                {
                    return;
                }

                own.Cancel();
                lease.Model.Generator.DropCancelled();
                FreeAll(held);
            }

            var completions = new ServedCompletions(request, lease.Model, adapter, _settings, write, problem =>
            {
                _thread.Post(Leave);
                ended(problem is null ? null : Told(problem));
            }, own.Token);
            _thread.Post(() =>
            {
                lease.Model.Generator.Add(completions.Request);
                held.Push(stop.UnsafeRegister(_ => _thread.Post(Leave), null));
            });
        }
        catch (Exception problem)
        {
            FreeAll(held);
            if (Told(problem) is { } told && told != problem)
            {
                throw told;
            }

            throw;
        }
    }

    public async Task<int> CountTokens(GenerateRequest request, CancellationToken stop)
    {
        RequestLimits.Check(request);
        try
        {
            using var lease = await _models.Open(request.Model, request.Compute, stop).ConfigureAwait(false);
            return lease.Model.Encode(request).Length;
        }
        catch (Exception problem) when (Told(problem) is { } told && told != problem)
        {
            throw told;
        }
    }

    public async Task Train(TrainRequest request, Action<TrainingNews> news, CancellationToken stop)
    {
        Interlocked.Increment(ref _training);
        try
        {
            await Task.Factory.StartNew(
                () => EngineRun.Go(request, _models, _workers, news, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _training);
        }
    }

    /// <summary>Ends everything. Runs that train must have been stopped.</summary>
    public ValueTask DisposeAsync()
    {
        _thread.Post(() =>
        {
            foreach (var model in _models.Open())
            {
                model.Generator.FailAll(new EngineFailedException("The engine was closed."));
            }
        });
        _thread.Dispose();
        _models.Dispose();
        return ValueTask.CompletedTask;
    }

    // While a run trains, short steps share a turn: each turn waits for a piece of the run's work to end.
    bool Step()
    {
        ServedModel[] busy = [.. _models.Open().Where(model => model.Generator.Unfinished > 0)];
        if (busy.Length == 0)
        {
            return false;
        }

        bool any;
        TimeSpan taken;
        using (_workers.TakeTurn())
        {
            long since = Stopwatch.GetTimestamp();
            do
            {
                any = false;
                foreach (var model in busy)
                {
                    any |= Step(model);
                    StepDone?.Invoke();
                }

                taken = Stopwatch.GetElapsedTime(since);
            }
            while (any && IsTraining && taken < _turn);
        }

        if (any && IsTraining)
        {
            Thread.Sleep((int)Math.Ceiling(taken.TotalMilliseconds));
        }

        return any;
    }

    static bool Step(ServedModel model)
    {
        try
        {
            return model.Generator.Step();
        }
        catch (Exception problem)
        {
            model.Generator.FailAll(problem);
            return false;
        }
    }

    // The sentences for who asked, where it is the request's or the model's fault.
    static Exception Told(Exception problem) => problem switch
    {
        SchemaException schema => new EngineRequestException(schema.Problems),
        ModelFileException or TokenizerException or ChatTemplateException => new EngineRequestException([problem.Message]),
        ArithmeticException when problem.GetType() == typeof(ArithmeticException) => new EngineRequestException([problem.Message]),
        EngineRequestException or EngineBusyException or EngineFailedException or OperationCanceledException => problem,
        OutOfMemoryException => new EngineFailedException("There is not enough memory for this request; give the engine a smaller cache or a smaller batch.", problem),
        _ => new EngineFailedException($"This is a defect of Hone: {problem}", problem),
    };

    static void FreeAll(Stack<IDisposable> held)
    {
        while (held.TryPop(out var one))
        {
            one.Dispose();
        }
    }
}
