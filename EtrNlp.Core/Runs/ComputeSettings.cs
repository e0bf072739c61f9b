using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Runs;

/// <summary>
/// What an experiment sets for the whole process: CPU threads, and how a GPU rounds the factors of float32 products.
/// </summary>
public static class ComputeSettings
{
    /// <summary>Whether a device has a precision: tf32 is for GPUs alone.</summary>
    public static bool Has(this torch.Device device, Precision precision) =>
        precision != Precision.Tf32 || device.type == DeviceType.CUDA;

    /// <summary>Refuses an experiment whose precision a device does not have.</summary>
    /// <exception cref="ConfigException">tf32 without a GPU.</exception>
    public static void Require(ExperimentFile file, torch.Device device)
    {
        if (!device.Has(file.Experiment.Training.Precision))
        {
            var key = $"{TrainingConfig.Name}.{TrainingConfig.PrecisionName}";
            throw new ConfigException(
                file.PlaceOf(key),
                $"{key}: tf32 is a mode of NVIDIA GPUs and this run is to compute on the {device.type}; "
                    + "use float32 or bfloat16, or --device cuda"
            );
        }
    }

    /// <summary>Applies them, with a number of threads in place of the experiment's where one is given.</summary>
    public static void Apply(Experiment experiment, torch.Device device, int? threads = null)
    {
        torch.set_num_threads(threads ?? experiment.Threads ?? Environment.ProcessorCount);

        // Said in either case: of the two, convolutions are rounded unless it is forbidden.
        var rounded = experiment.Training.Precision == Precision.Tf32 && device.type == DeviceType.CUDA;
        torch.backends.cuda.matmul.allow_tf32 = rounded;
        torch.backends.cudnn.allow_tf32 = rounded;
    }
}
