namespace Hone.Server.Inference;

static class InferenceServices
{
    public static IServiceCollection AddInference(this IServiceCollection services)
    {
        services.AddSingleton<InferenceTurns>();
        services.AddSingleton<InvocationBook>();
        services.AddSingleton<IInference, EngineInference>();
        return services;
    }
}
