namespace EtrNlp.Tests.Exports;

/// <summary>torchvision's networks as a script of Python that needs PyTorch alone.</summary>
static class Torchvision
{
    /// <summary>
    /// torchvision/models/resnet.py and vgg.py at an eighth of the width; a linear map in place of vgg's classifier.
    /// </summary>
    public const string Models = """
        import torch
        from torch import nn

        class Block(nn.Module):
            def __init__(self, i, o, stride):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
                self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
                self.downsample = None
                if stride != 1:
                    self.downsample = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))
            def forward(self, x):
                y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
                return torch.relu(y + (x if self.downsample is None else self.downsample(x)))

        class ResNet18(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8)
                self.layer1 = nn.Sequential(Block(8, 8, 1), Block(8, 8, 1))
                self.layer2 = nn.Sequential(Block(8, 16, 2), Block(16, 16, 1))
                self.layer3 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1))
                self.layer4 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1))
                self.fc = nn.Linear(64, 6)
            def forward(self, x):
                x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
                x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
                return self.fc(x.mean((2, 3)))

        class Vgg16(nn.Module):
            def __init__(self):
                super().__init__()
                layers, i = [], 3
                for o in [8, 8, 'M', 16, 16, 'M', 32, 32, 32, 'M', 64, 64, 64, 'M', 64, 64, 64, 'M']:
                    if o == 'M':
                        layers += [nn.MaxPool2d(2, 2)]
                    else:
                        layers += [nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU()]
                        i = o
                self.features, self.classifier = nn.Sequential(*layers), nn.Linear(64, 6)
            def forward(self, x):
                return self.classifier(self.features(x).mean((2, 3)))

        """;
}
