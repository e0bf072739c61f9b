using System.Text.Json;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>
/// MTAN's features, gradients and running statistics, and then its evaluation, against the network written down in
/// PyTorch, in float64, after Liu et al. 2019 and for ResNet18 after LibMTL.
/// </summary>
[Category("Slow")]
public sealed class MtanPyTorchTests
{
    const string Script = """
        import json, re, torch, torch.nn.functional as F
        case = json.load(open('FILE'))
        read = lambda v: torch.tensor(v['data'], dtype=torch.float64).view(v['shape'])
        P = {name: read(v).requires_grad_() for name, v in case['parameters'].items()}
        tasks = ['t0', 't1', 't2']
        running, training = {}, True

        def conv(x, n, stride=1):
            return F.conv2d(x, P[n + '.weight'], P.get(n + '.bias'), stride, P[n + '.weight'].shape[-1] // 2)
        def norm(x, n, tower=''):
            weight, bias, n = P[n + '.weight'], P[n + '.bias'], n + tower
            start = {'mean': torch.zeros(len(bias)).double(), 'var': torch.ones(len(bias)).double()}
            of = running.setdefault(n, start)
            return F.batch_norm(x, of['mean'], of['var'], weight, bias, training, 0.1)
        def unit(x, n, tower=''):
            return F.relu(norm(conv(x, n + '.conv'), n + '.norm', tower))
        def block(x, n, stride=1, tower=''):
            y = F.relu(norm(conv(x, n + '.conv1', stride), n + '.norm1', tower))
            y = norm(conv(y, n + '.conv2'), n + '.norm2', tower)
            short = n + '.shortcut'
            if short + '.conv.weight' in P:
                x = norm(conv(x, short + '.conv', stride), short + '.norm', tower)
            return F.relu(y + x)
        def mask(x, n):
            y = F.relu(norm(conv(x, n + '.conv1'), n + '.norm1'))
            return torch.sigmoid(norm(conv(y, n + '.conv2'), n + '.norm2'))
        def smaller(x):
            return F.max_pool2d(x, 2, 2, ceil_mode=True)

        def segnet(x, masks_decoder):
            first, last, places = [], [], []
            for i, n in enumerate([2, 2, 3, 3, 3], 1):
                first.append(unit(x, f'encoder{i}.0'))
                x = first[-1]
                for j in range(1, n):
                    x = unit(x, f'encoder{i}.{j}')
                last.append(x)
                x, kept = F.max_pool2d(x, 2, 2, ceil_mode=True, return_indices=True)
                places.append(kept)
            own = []
            for t in tasks:
                a = mask(first[0], f'{t}.encoder1.mask') * last[0]
                for i in range(1, 5):
                    a = smaller(unit(a, f'encoder{i}.refine', f'.{t}'))
                    a = mask(torch.cat([first[i], a], 1), f'{t}.encoder{i + 1}.mask') * last[i]
                own.append(smaller(unit(a, 'encoder5.refine', f'.{t}')))
            def up(x, i):
                return F.max_unpool2d(x, places[i - 1], 2, 2, output_size=last[i - 1].shape)
            def stage(x, i, n, tower=''):
                for j in range(n):
                    x = unit(x, f'decoder{i}.{j}', tower)
                return x
            depths = [(5, 3), (4, 3), (3, 3), (2, 2), (1, 2)]
            if not masks_decoder:
                for i, n in depths:
                    own = [stage(up(a, i), i, n, f'.{t}') for t, a in zip(tasks, own)]
                return own
            for i, n in depths:
                seen = up(x, i)
                x = stage(seen, i, n)
                for k, t in enumerate(tasks):
                    a = F.interpolate(own[k], size=seen.shape[2:], mode='bilinear', align_corners=True)
                    a = unit(a, f'decoder{i}.refine', f'.{t}')
                    own[k] = mask(torch.cat([seen, a], 1), f'{t}.decoder{i}.mask') * x
            return own

        def resnet(x):
            x = F.max_pool2d(F.relu(norm(conv(x, 'stem.conv', 2), 'stem.norm')), 3, 2, 1)
            own = [None] * 3
            for i in range(1, 5):
                first = block(x, f'layer{i}.0', 2 if i > 1 else 1)
                x = block(first, f'layer{i}.1')
                for k, t in enumerate(tasks):
                    seen = first if i == 1 else torch.cat([first, own[k]], 1)
                    own[k] = mask(seen, f'{t}.layer{i}.mask') * x
                    if i < 4:
                        own[k] = smaller(block(own[k], f'layer{i}.refine', tower=f'.{t}'))
            return [a.mean((2, 3), keepdim=True) for a in own]

        def vgg(x):
            own = [None] * 3
            for i, n in enumerate([2, 2, 3, 3, 3], 1):
                first = x = unit(x, f'stage{i}.0')
                for j in range(1, n):
                    x = unit(x, f'stage{i}.{j}')
                for k, t in enumerate(tasks):
                    seen = first if i == 1 else torch.cat([first, own[k]], 1)
                    a = mask(seen, f'{t}.stage{i}.mask') * x
                    own[k] = F.max_pool2d(a if i == 5 else unit(a, f'stage{i}.refine', f'.{t}'), 2)
                x = F.max_pool2d(x, 2)
            return [a.mean((2, 3), keepdim=True) for a in own]

        def features(x):
            networks = {'resnet18': resnet, 'vgg16': vgg, 'segnet': lambda x: segnet(x, case['decoder'])}
            return torch.cat(networks[case['network']](x))

        x = read(case['x']).requires_grad_()
        y = features(x)
        (y * read(case['upstream'])).sum().backward()
        far = lambda found, expected: ((found - expected).norm() / expected.norm()).item()
        compared = [name for name in P if not re.search(r'\.conv\d?\.bias$', name)]  # a norm takes them out
        wrong = {name: far(read(case['gradients'][name]), P[name].grad) for name in compared}
        wrong['features'] = far(read(case['y']), y)
        wrong['x'] = far(read(case['grad_x']), x.grad)
        kept = {f'{n}.running_{what}': value for n, of in running.items() for what, value in of.items()}
        assert kept.keys() == case['buffers'].keys(), kept.keys() ^ case['buffers'].keys()
        wrong.update({name: far(read(case['buffers'][name]), kept[name]) for name in kept})
        training = False
        wrong['evaluated'] = far(read(case['evaluated']), features(x))
        wrong = {name: value for name, value in wrong.items() if not value < 1e-3}
        assert not wrong, wrong
        """;

    [TestCase("segnet", true)]
    [TestCase("segnet", false)]
    [TestCase("resnet18", true)]
    [TestCase("vgg16", true, 34)]
    public void Features_gradients_and_statistics_are_those_of_PyTorch(string backbone, bool decoder, int width = 18)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var experiment = Some.Experiment(
            KnownBackbones.All.Default(backbone, "width: 0.05"),
            new Conv(),
            new Mtan(decoder)
        );
        using var network = new Network(NetworkPlanner.Plan(experiment, new ImageSize(33, width)), seed: 1, CPU);
        var parameters = network.Plan.Trunk.Parameters.ToArray();
        using (no_grad())
        {
            foreach (var plan in parameters)
            {
                network.Tensors[plan].add_(Draw.Gaussian(plan.Name, [.. plan.Shape]) * 0.1f);
            }
        }

        var x = Draw.Images("x", 3, new FeatureShape(3, 33, width)).requires_grad_();

        var y = network.Representation(x, new Pass(0, Training: true));
        var upstream = Draw.Gaussian("upstream", y.shape);
        y.backward([upstream]);
        using var noGrad = no_grad();
        var evaluated = network.Representation(x, new Pass(0, Training: false));
        File.WriteAllText(
            folder.File("case.json"),
            JsonSerializer.Serialize(
                new
                {
                    network = backbone,
                    decoder,
                    parameters = parameters.ToDictionary(plan => plan.Name, plan => Numbers(network.Tensors[plan])),
                    gradients = parameters.ToDictionary(
                        plan => plan.Name,
                        plan => Numbers(network.Tensors[plan].grad!)
                    ),
                    buffers = network.Plan.Trunk.Buffers.ToDictionary(
                        plan => plan.Name,
                        plan => Numbers(network.Tensors[plan])
                    ),
                    evaluated = Numbers(evaluated),
                    x = Numbers(x),
                    upstream = Numbers(upstream),
                    y = Numbers(y),
                    grad_x = Numbers(x.grad!),
                }
            )
        );

        OtherSoftware.Python(Script.Replace("FILE", folder.File("case.json"), StringComparison.Ordinal), "torch");
    }

    static object Numbers(Tensor tensor) => new { shape = tensor.shape, data = tensor.Floats() };
}
