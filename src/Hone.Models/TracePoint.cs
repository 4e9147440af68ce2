namespace Hone.Models;

/// <summary>What an observer of a forward pass is shown.</summary>
public enum TracePoint
{
    /// <summary>The residual stream: as it enters the first layer, and behind each block.</summary>
    Stream,

    /// <summary>A block's result before its norm, scale and addition. Where it has neither, only the stream shows it.</summary>
    Branch,

    /// <summary>The stream after the last norm.</summary>
    Final,
}
