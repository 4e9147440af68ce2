using Hone.Models;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Planning;
using Hone.Training;

namespace Hone.Jobs;

/// <summary>Holds an adapter's folder against a model's shapes, without reading the model's weights.</summary>
public static class AdapterFit
{
    /// <summary>Why the model cannot be used with the adapter, in sentences; empty where it can.</summary>
    public static IReadOnlyList<string> Problems(string modelFolder, string adapterFolder)
    {
        try
        {
            using var model = LanguageModel.OpenShapes(modelFolder, new ShapeDevice(Compute.F32));
            LoraAdapter.Load(model.Decoder, adapterFolder).Dispose();
            return [];
        }
        catch (ModelFileException refused)
        {
            return refused.Problems;
        }
    }
}
