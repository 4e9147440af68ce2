namespace Hone.Tensors;

/// <summary>Work that a pool splits into tasks. Which thread runs a task never changes a result: tasks write disjoint memory.</summary>
public interface IRegion
{
    /// <summary>Runs task <paramref name="task"/> of the region; called once for each task, on any thread.</summary>
    void Run(int task);
}
